// Crash: the process of one pod exits by itself, as after an exception that nothing catches.

import { firstPod, isRestarted } from './pods.ts';
import type { LeaveScene, WayToLeave } from './way.ts';

export const crash: WayToLeave = {
  title: 'crash',
  voluntary: false,
  promisesNoLoss: false,
  verdict:
    'No hook and no signal comes first: what the process worked on is lost, and so is what the network sends to it until its endpoint goes. hitless only shortens what follows: the readinessProbe keeps traffic away until the container serves again.',
  fewestReplicas: 1,
  pods: { args: ['--controls'] },
  act: async ({ pods, ask, over }: LeaveScene) => {
    const pod = firstPod(pods);
    await ask(pod, '/control/crash');
    await over(isRestarted(pod));
  },
};
