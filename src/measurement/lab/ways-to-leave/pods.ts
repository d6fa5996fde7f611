// What became of pods that were to leave: replaced by others, or restarted in their place.

import { type JsonObject, objectAt, objectsAt } from '../../../workload/json.ts';
import { metaOf } from '../objects-api.ts';

/** The first of them. @throws Error where there is none. */
export function firstPod(pods: readonly JsonObject[]): JsonObject {
  const [first] = pods;
  if (first === undefined) throw new Error('the workload has no pod that could leave');
  return first;
}

/** None of `left` is there any more. */
export function areGone(left: readonly JsonObject[]): (now: readonly JsonObject[]) => boolean {
  const uids = new Set(left.map((pod) => metaOf(pod).uid));
  return (now) => now.every((pod) => !uids.has(metaOf(pod).uid));
}

/** `pod` is there, and its container was started once more. */
export function isRestarted(pod: JsonObject): (now: readonly JsonObject[]) => boolean {
  const { uid } = metaOf(pod);
  return (now) => now.some((one) => metaOf(one).uid === uid && restartsOf(one) > restartsOf(pod));
}

function restartsOf(pod: JsonObject): number {
  const counts = objectsAt(objectAt(pod, 'status'), 'containerStatuses').map(({ restartCount }) =>
    Number(restartCount),
  );
  return Math.max(0, ...counts);
}
