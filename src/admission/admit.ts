// One request, decided: policy, author's document, plan, patch, response. Pure: the same input gives the same response.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import { lowerMode } from '../policy/policy.ts';
import { equal, isDeeperThan } from '../workload/json.ts';
import { knativeReason } from '../workload/owner.ts';
import type { Workload } from '../workload/workload.ts';
import { type AuthorDocument, recoverAuthor } from './author-document.ts';
import { namespaceOf, planFor, policyOf } from './context.ts';
import type { Decision, Judged } from './decision.ts';
import { desiredObject } from './desired.ts';
import { applyPatch, type JsonPatch, makePatch } from './patch.ts';
import { annotationOf } from './read-record.ts';
import { respond, untouched } from './response.ts';
import type { AdmissionRequest } from './review.ts';
import { servicesOf } from './services.ts';
import { optedOutReason, type Screened } from './skip.ts';

export interface AdmitOptions {
  /** True when the response must not name other objects, because the caller is not authenticated. */
  readonly discreet?: boolean;
}

/** `mode`: of the webhook entry that called. @throws only for a bug in hitless. */
export function admit(request: Screened, state: ClusterState, mode: Asked, options: AdmitOptions = {}): Decision {
  try {
    return judge(request, state, { ...options, mode });
  } catch (error) {
    // Only an object nested deeper than any API server sends exhausts the stack. Checked only then: nearly every object is flat.
    if (error instanceof RangeError && isDeep(request)) return skipped(request, tooDeep);
    throw error;
  }
}

type Asked = 'enforce' | 'audit';

const deepest = 500;
const tooDeep = `the object is nested more than ${deepest} levels deep, which no API server sends`;

function isDeep({ object, oldObject }: AdmissionRequest): boolean {
  return isDeeperThan(object, deepest) || isDeeperThan(oldObject, deepest);
}

function judge(
  request: Screened,
  state: ClusterState,
  { mode, discreet = false }: AdmitOptions & { readonly mode: Asked },
): Decision {
  if (request.skipped !== undefined) return skipped(request, request.skipped);
  const { workloadKind: kind, object, oldObject, fieldManager } = request;
  const namespace = namespaceOf(state, request.namespace);
  const selection = policyOf(state, namespace, { kind, object });
  const knatives = knativeReason(object);
  const allowed = knatives === undefined ? lowerMode(mode, selection.mode) : 'off';
  const recovered = recoverAuthor(object, { kind, oldObject, fieldManager });
  if (allowed === 'off' && !holdsInjections(recovered)) return skipped(request, knatives ?? optedOutReason);
  const { services, beyond } = servicesOf(state, namespace, kind.templateOf(object));
  if (beyond !== undefined) return skipped(request, beyond);
  const planned = planFor(recovered, state, { namespace, selection, services });
  return decide({ request, recovered, selection, mode: allowed, discreet, planned });
}

/** The injections of an opted-out workload must not get it refused or rolled; they are removed with its next template, an empty record at once. */
function holdsInjections({ received, ours, stored }: AuthorDocument): boolean {
  return annotationOf(received) !== undefined || ours.length > 0 || (stored !== undefined && stored.ours.length > 0);
}

function decide(decided: Judged): Decision {
  const { recovered, planned, mode } = decided;
  const desired = desiredObject(recovered, planned, mode);
  const patch = makePatch(recovered.received, desired.object);
  verify(patch, desired.object);
  return respond(decided, desired, patch.operations);
}

/** The API server refuses the request when a patch does not apply, whatever the failurePolicy. */
function verify(patch: JsonPatch, desired: Workload): void {
  if (patch.operations.length === 0) return;
  if (!equal(applyPatch(patch), desired)) throw new Error('the patch does not give the object that was planned');
}

function skipped({ uid }: AdmissionRequest, reason: string): Decision {
  return { response: untouched(uid), decision: 'skipped', reason, findings: [] };
}
