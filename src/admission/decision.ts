// What a decision rests on and what comes of it.

import type { Selection } from '../policy/policies.ts';
import type { Mode } from '../policy/policy.ts';
import type { Finding } from '../rules/finding.ts';
import type { Plan } from '../rules/plan.ts';
import type { Recovered } from './author-document.ts';
import type { AdmissionRequest } from './review.ts';

/** admission.k8s.io/v1 AdmissionResponse. Never refuses: `allowed` is always true. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: true;
  readonly patchType?: 'JSONPatch';
  /** Base64 of the JSON Patch. */
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

export interface Verdict {
  readonly response: AdmissionResponse;
  /** patched: the answer holds a patch. complies: nothing to do. waits: something will be patched when the pod template changes.
   *  audited: something would be patched. skipped: not ours. */
  readonly decision: 'patched' | 'complies' | 'waits' | 'audited' | 'skipped';
  /** One sentence, for the log. */
  readonly reason: string;
  readonly findings: readonly Finding[];
}

/** All that the decision rests on. */
export interface Case {
  readonly request: AdmissionRequest;
  readonly recovered: Recovered;
  readonly selection: Selection;
  readonly mode: Mode;
  /** The answer names no other object: who asks may be anybody. */
  readonly discreet: boolean;
  readonly planned: Plan;
}

/** One line that reaches a person: what happens to whom. */
export interface Line {
  readonly verb: 'patched' | 'would patch' | 'waits' | 'kept' | 'withdrew' | 'found' | 'ignored';
  /** A rule, or empty. */
  readonly rule: string;
  readonly text: string;
  readonly container?: string;
}
