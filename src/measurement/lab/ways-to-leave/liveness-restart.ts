// Liveness restart: the probe of one pod begins to fail although the pod still serves, and the kubelet restarts its container.

import { firstPod, isRestarted } from './pods.ts';
import type { LeaveScene, WayToLeave } from './way.ts';

export const livenessRestart: WayToLeave = {
  title: 'restart by the livenessProbe',
  voluntary: false,
  promisesNoLoss: false,
  verdict:
    'hitless copies the livenessProbe as the readinessProbe: a pod that fails it leaves the rotation while it sleeps, before its SIGTERM, and comes back once it serves again. What a process that hangs leaves unanswered until then is lost all the same.',
  fewestReplicas: 1,
  pods: {
    args: ['--controls'],
    // A container that is slow to listen must not be killed for it.
    container: {
      livenessProbe: {
        httpGet: { path: '/livez', port: 'http' },
        initialDelaySeconds: 10,
        periodSeconds: 1,
        timeoutSeconds: 5,
        failureThreshold: 2,
      },
    },
  },
  act: async ({ pods, ask, over }: LeaveScene) => {
    const pod = firstPod(pods);
    await ask(pod, '/control/hang');
    await over(isRestarted(pod));
  },
};
