// The input and the result of a decision.

import type { Selection } from '../policy/policies.ts';
import type { Mode } from '../policy/policy.ts';
import type { Finding } from '../rules/finding.ts';
import type { Plan } from '../rules/plan.ts';
import type { AuthorDocument } from './author-document.ts';
import type { Desired } from './desired.ts';
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

/** patched: the answer holds a patch. complies: nothing to do. postponed: something will be patched when the pod template changes.
 *  audited: something would be patched. skipped: ignored. */
export const decisionKinds = ['patched', 'complies', 'postponed', 'audited', 'skipped'] as const;
export type DecisionKind = (typeof decisionKinds)[number];

export interface Decision {
  readonly response: AdmissionResponse;
  readonly decision: DecisionKind;
  /** One sentence, for the log. */
  readonly reason: string;
  /** What the rules found, except the edits that the received object already fulfils. */
  readonly findings: readonly Finding[];
  /** The fate of each edit and each past injection; absent where the request was skipped. */
  readonly desired?: Desired;
  /** The paths of injections that the client dropped or overwrote and that are written again. */
  readonly putBack?: readonly string[];
}

/** For a request that was not skipped. */
export function decisionOf(
  { proposed, postponed }: Desired,
  { hasPatch, mode }: { readonly hasPatch: boolean; readonly mode: Mode },
): DecisionKind {
  if (hasPatch) return 'patched';
  if (proposed.length > 0) return 'audited';
  if (postponed.length === 0) return 'complies';
  // Under audit nothing waits: at the next change of the template it is proposed again.
  return mode === 'audit' ? 'audited' : 'postponed';
}

/** Everything that the decision depends on. */
export interface Judged {
  readonly request: AdmissionRequest;
  readonly recovered: AuthorDocument;
  readonly selection: Selection;
  readonly mode: Mode;
  /** True when the response must not name other objects, because the caller is not authenticated. */
  readonly discreet: boolean;
  readonly planned: Plan;
}
