// Scale down: one replica less, as an autoscaler or `kubectl scale` asks for it.

import { pathOf } from '../../../cluster/client/resources.ts';
import { setAt } from '../../../workload/path.ts';
import type { LeaveScene, WayToLeave } from './way.ts';

export const scaleDown: WayToLeave = {
  title: 'scale down',
  voluntary: true,
  promisesNoLoss: true,
  verdict:
    'The pod that goes sleeps before SIGTERM, as in a rollout, and nothing has to start: hitless does all that settings can do.',
  fewestReplicas: 2,
  act: async ({ api, workload, pods, over }: LeaveScene) => {
    const { replicas } = workload.kind;
    if (replicas === undefined) throw new Error(`a ${workload.kind.kind} has no replicas to scale down`);
    await api.json({
      path: pathOf(workload),
      query: { fieldManager: 'hitless' },
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: setAt({}, replicas.path, pods.length - 1),
    });
    await over((now) => now.length < pods.length);
  },
};
