// SIGKILL: the kernel ends the process of one pod, as it does when memory runs out.

import { firstPod, isRestarted } from './pods.ts';
import type { LeaveScene, WayToLeave } from './way.ts';

export const sigkill: WayToLeave = {
  title: 'SIGKILL, as when memory runs out',
  voluntary: false,
  promisesNoLoss: false,
  verdict:
    'The application cannot handle this signal, so neither the sleep nor draining has a part in it: the losses are those of a crash, and the readinessProbe helps as much.',
  fewestReplicas: 1,
  pods: {
    args: ['--controls'],
    // The first process of a PID namespace cannot be killed from within it; in that of the pod the first one is not the application.
    spec: { shareProcessNamespace: true },
  },
  act: async ({ pods, ask, over }: LeaveScene) => {
    const pod = firstPod(pods);
    await ask(pod, '/control/kill');
    await over(isRestarted(pod));
  },
};
