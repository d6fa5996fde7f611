// One request, decided: skip, policy, author's document, plan, patch, answer. Pure: the same request and world, the same answer.

import type { Deployment } from '../workload/deployment.ts';
import { equal } from '../workload/json.ts';
import type { World } from '../world/world.ts';
import { respond, untouched } from './answer.ts';
import { namespaceOf, planFor, policyOf } from './context.ts';
import { audited, enforced, optedOut } from './outcome.ts';
import { applyPatch, makePatch, type Operation } from './patch.ts';
import { type Recovered, recover } from './recover.ts';
import type { AdmissionRequest } from './review.ts';
import { lowerMode, skipReason } from './skip.ts';
import type { Case, Verdict } from './verdict.ts';

export interface AdmitOptions {
  /** The answer names no other object: who asks may be anybody. */
  readonly discreet?: boolean;
}

/** `mode` is the one of the webhook entry that called. Throws only for a bug of ours, or BadReview. */
export function admit(
  request: AdmissionRequest,
  world: World,
  mode: 'enforce' | 'audit',
  { discreet = false }: AdmitOptions = {},
): Verdict {
  const reason = skipReason(request);
  const { object, oldObject } = request;
  if (reason !== undefined || object === undefined) return skipped(request, reason ?? 'there is no object');
  const namespace = namespaceOf(world, request.namespace);
  const selection = policyOf(world, namespace, object);
  const allowed = lowerMode(mode, selection.mode);
  const recovered = recover(object, oldObject);
  if (allowed === 'off' && !holdsInjections(recovered))
    return skipped(request, 'an annotation says hitless.dev/mode: off');
  const planned = planFor(recovered, world, { namespace, selection });
  return decide({ request, recovered, selection, mode: allowed, discreet, planned });
}

/** What an opted-out Deployment still holds of ours may neither refuse nor roll it, and goes with its next template. */
function holdsInjections({ ours, stored }: Recovered): boolean {
  return ours.length > 0 || (stored !== undefined && stored.ours.length > 0);
}

function decide(decided: Case): Verdict {
  const { recovered, planned, mode } = decided;
  const wanted = mode === 'off' ? optedOut(recovered) : enforced(recovered, planned);
  const desired = mode === 'audit' ? audited(recovered) : wanted;
  const operations = makePatch(recovered.received, desired);
  verify(recovered.received, operations, desired);
  return respond(decided, { wanted, desired, operations });
}

/** The API server turns a patch that does not apply into a refusal, whatever the failurePolicy says. */
function verify(received: Deployment, operations: readonly Operation[], desired: Deployment): void {
  if (operations.length === 0) return;
  if (!equal(applyPatch(received, operations), desired))
    throw new Error('the patch does not give the object that was planned');
}

function skipped({ uid }: AdmissionRequest, reason: string): Verdict {
  return { response: untouched(uid), decision: 'skipped', reason, findings: [] };
}
