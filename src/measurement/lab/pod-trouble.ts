// Why pods do not start, in the cluster's own words.

import { isObject, type JsonObject, objectAt, objectsAt } from '../../workload/json.ts';
import { metaOf } from './objects-api.ts';

const refusals = /^(?:Err|Image|Invalid|Create|CrashLoop|RunContainer)/;

/** The problem of a pod; undefined while nothing is wrong. */
export function podTrouble(pod: JsonObject): string | undefined {
  const { name, deletionTimestamp } = metaOf(pod);
  // A terminating pod may exit in any way.
  if (deletionTimestamp !== undefined) return undefined;
  const status = objectAt(pod, 'status');
  const said = objectsAt(status, 'containerStatuses').map((one) => containerTrouble(objectAt(one, 'state')));
  const unplaced = objectsAt(status, 'conditions').find((one) => one.type === 'PodScheduled' && one.status === 'False');
  const [why] = [...said, unplaced && withMessage(unplaced)].filter((one) => one !== undefined);
  return why && `${name}: ${why}`;
}

function containerTrouble(state: JsonObject): string | undefined {
  const { waiting, terminated } = state;
  if (isObject(waiting) && refusals.test(`${waiting.reason}`)) return withMessage(waiting);
  if (!isObject(terminated)) return undefined;
  return `its container exited with code ${terminated.exitCode} (${terminated.reason}): does the image have the version of this program?`;
}

/** The problem of a workload whose pods cannot even be created: a quota, or an admission webhook that rejects them. */
export function podCreationFailure(workload: JsonObject): string | undefined {
  const conditions = objectsAt(objectAt(workload, 'status'), 'conditions');
  const failure = conditions.find((one) => one.type === 'ReplicaFailure' && one.status === 'True');
  return failure && withMessage(failure);
}

function withMessage({ reason, message }: JsonObject): string {
  return [reason, message].filter((one) => one !== undefined && one !== '').join(': ');
}
