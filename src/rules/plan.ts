// All rules over one author's document, in order; a later rule sees what an earlier one decided.

import type { PolicySpec } from '../policy/policy.ts';
import type { Deployment, Namespace, Service, Version } from '../workload/deployment.ts';
import type { Finding } from './finding.ts';

export interface Subject {
  /** The author's document, with the edits decided so far. */
  readonly deployment: Deployment;
  /** True when the author wrote the field: present, and not merely defaulted by the API server. */
  readonly written: (path: string) => boolean;
  readonly policy: PolicySpec;
  /** The Services of the namespace that select these pods. */
  readonly services: readonly Service[];
  readonly namespace: Namespace | undefined;
  readonly oldestNode: Version | undefined;
}

export interface Plan {
  readonly findings: readonly Finding[];
  /** The author's document with every edit in it. */
  readonly deployment: Deployment;
}

export function plan(_subject: Subject): Plan {
  throw new Error('not yet');
}
