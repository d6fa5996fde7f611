// A workload as its Argo Rollout sees it (workloadRef): the Rollout's strategy and replicas with the pod template of the workload.

import { rollout } from '../workload/kinds/rollout.ts';
import type { WorkloadRollout } from '../workload/neighbours.ts';
import type { Subject } from './rule.ts';

export function asRollout(subject: Subject, { name, spec }: WorkloadRollout): Subject {
  const { workload, template, policy, surroundings } = subject;
  const autoscalers = surroundings.all('HorizontalPodAutoscaler');
  return {
    ...subject,
    kind: rollout,
    workload: {
      apiVersion: rollout.apiVersion,
      kind: rollout.kind,
      metadata: workload.metadata,
      spec: { ...spec, template },
    },
    // What is missing there is reported here.
    policy: { ...policy, rollingUpdate: { ...policy.rollingUpdate, action: 'report' } },
    // Another object's status.
    stored: undefined,
    surroundings: {
      ...surroundings,
      autoscaler: () => autoscalers.find(({ target }) => target.kind === rollout.kind && target.name === name),
      rollout: () => undefined,
    },
  };
}
