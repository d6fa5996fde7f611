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

/** The image of a pod cannot be had; the message is the pod's own, and says which flag helps. */
export class ImageError extends Error {}

/**
 * ErrImagePull is not among them: it is the first failure, which may be a registry that was busy. When the kubelet backs off, it tried,
 * and waits longer after each further try.
 */
const cures: Readonly<Record<string, string>> = {
  ErrImageNeverPull:
    'load it onto every node, or let them pull it (--image-pull-policy IfNotPresent), or name another with --image',
  ImagePullBackOff: 'name one that the nodes can pull with --image',
  InvalidImageName: 'name another with --image',
};

/** `earlier`: the trouble seen before, because not every kubelet repeats why it backs off. @throws ImageError */
export function requireImages(pods: readonly JsonObject[], earlier = ''): void {
  for (const pod of pods) {
    if (metaOf(pod).deletionTimestamp !== undefined) continue;
    const waiting = objectsAt(objectAt(pod, 'status'), 'containerStatuses').map((one) =>
      objectAt(objectAt(one, 'state'), 'waiting'),
    );
    const failed = waiting.find(({ reason }) => Object.hasOwn(cures, `${reason}`));
    if (failed === undefined) continue;
    const message = withMessage(failed);
    const first =
      earlier.includes('ErrImagePull') && !message.includes('ErrImagePull') ? ` (before that: ${earlier})` : '';
    throw new ImageError(`${metaOf(pod).name}: ${message}${first}: ${cures[`${failed.reason}`]}`);
  }
}

// sysexits.h: EX_CONFIG.
const refusal = 78;

/** For a shell in a container that cannot do what it is for: it ends with this sentence, which holds no apostrophe. */
export function refuseToStart(sentence: string): string {
  return `{ printf %s '${sentence}' >/dev/termination-log; exit ${refusal}; }`;
}

/** @throws Error with the sentence of a container that refused to start, whether it is being started again or not. */
export function requireNoRefusal(pods: readonly JsonObject[]): void {
  for (const pod of pods) {
    const containers = objectsAt(objectAt(pod, 'status'), 'containerStatuses');
    const ends = containers.flatMap((one) =>
      ['state', 'lastState'].map((when) => objectAt(objectAt(one, when), 'terminated')),
    );
    const refused = ends.find(({ exitCode }) => exitCode === refusal);
    if (refused !== undefined) throw new Error(`${metaOf(pod).name}: ${refused.message}`);
  }
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
