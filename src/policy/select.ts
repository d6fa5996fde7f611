// Which policy counts for one workload: the layers that match it, merged field by field.

import type { Namespace } from '../workload/deployment.ts';
import type { Mode, PolicyDocument, ResolvedPolicy } from './policy.ts';

/** Policy documents made ready for many look-ups. */
export interface Policies {
  readonly documents: readonly PolicyDocument[];
}

export interface Workload {
  readonly namespace: Namespace;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Selection {
  readonly policy: ResolvedPolicy;
  /** What the annotations of the namespace and the workload allow at most. */
  readonly mode: Mode;
  /** Annotations under hitless.dev/ that were ignored: a sentence each. */
  readonly mistakes: readonly string[];
}

export function compilePolicies(_documents: readonly PolicyDocument[]): Policies {
  throw new Error('not yet');
}

export function selectPolicy(_policies: Policies, _workload: Workload): Selection {
  throw new Error('not yet');
}
