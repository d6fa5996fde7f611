// Delete: one pod is deleted with its grace period, as by `kubectl delete pod`.

import { remove } from '../objects-api.ts';
import { areGone, firstPod } from './pods.ts';
import type { LeaveScene, WayToLeave } from './way.ts';

export const deletion: WayToLeave = {
  title: 'delete a pod',
  voluntary: true,
  promisesNoLoss: true,
  verdict:
    'The pod sleeps before SIGTERM and its successor waits for its probe; the other replicas serve meanwhile. Deleting all pods at once, or the only one, is beyond hitless.',
  fewestReplicas: 1,
  act: async ({ api, pods, over }: LeaveScene) => {
    const pod = firstPod(pods);
    await remove(api, { apiVersion: 'v1', kind: 'Pod', ...pod });
    await over(areGone([pod]));
  },
};
