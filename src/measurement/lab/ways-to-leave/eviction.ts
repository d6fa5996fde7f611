// Eviction: one pod through the Eviction API, as a descheduler, a node autoscaler or a vertical autoscaler asks for it.

import { evict } from './evict.ts';
import { areGone, firstPod } from './pods.ts';
import type { LeaveScene, WayToLeave } from './way.ts';

export const eviction: WayToLeave = {
  title: 'evict a pod',
  voluntary: true,
  promisesNoLoss: true,
  verdict:
    'An eviction deletes the pod with its grace period, so the sleep and the probe work as in a rollout; only a PodDisruptionBudget keeps others from being evicted at the same time.',
  fewestReplicas: 1,
  act: async (scene: LeaveScene) => {
    const pod = firstPod(scene.pods);
    await evict(scene, pod);
    await scene.over(areGone([pod]));
  },
};
