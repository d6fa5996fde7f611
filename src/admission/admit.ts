// One request, decided: skip, policy, author's document, plan, patch, answer. Pure: the same request and world, the same answer.

import type { Finding } from '../rules/finding.ts';
import type { World } from '../world/world.ts';
import type { AdmissionRequest } from './review.ts';

/** admission.k8s.io/v1 AdmissionResponse. */
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
  /** patched: the answer holds a patch. complies: nothing to do. audited: something would be patched. skipped: not ours. */
  readonly decision: 'patched' | 'complies' | 'audited' | 'skipped';
  /** One sentence, for the log. */
  readonly reason: string;
  readonly findings: readonly Finding[];
}

/** Throws only for a bug of ours or a malformed object (BadReview). */
export function admit(_request: AdmissionRequest, _world: World, _mode: 'enforce' | 'audit'): Verdict {
  throw new Error('not yet');
}
