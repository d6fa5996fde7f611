// The kinds of workloads that the lab rolls, each as an ordinary author would write it.

import type { JsonObject } from '../../workload/json.ts';
import { daemonSet } from '../../workload/kinds/daemon-set.ts';
import { deployment } from '../../workload/kinds/deployment.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { rollout } from '../../workload/kinds/rollout.ts';
import { statefulSet } from '../../workload/kinds/stateful-set.ts';

export interface LabKind {
  /** For people. */
  readonly title: string;
  readonly kind: WorkloadKind;
  /** What its spec needs beside replicas, selector and pod template. `service`: the name of the Service in front of its pods. */
  readonly spec: (service: string) => JsonObject;
}

export const labKindNames = ['deployment', 'statefulset', 'daemonset', 'rollout', 'rollout-blue-green'] as const;
export type LabKindName = (typeof labKindNames)[number];

const labKinds: Readonly<Record<LabKindName, LabKind>> = {
  deployment: { title: 'Deployment', kind: deployment, spec: () => ({}) },
  statefulset: { title: 'StatefulSet', kind: statefulSet, spec: (service) => ({ serviceName: service }) },
  daemonset: { title: 'DaemonSet', kind: daemonSet, spec: () => ({}) },
  rollout: { title: 'Rollout, canary', kind: rollout, spec: () => ({ strategy: { canary: {} } }) },
  'rollout-blue-green': {
    title: 'Rollout, blue-green',
    kind: rollout,
    spec: (service) => ({ strategy: { blueGreen: { activeService: service } } }),
  },
};

export function labKindOf({ kind = 'deployment' }: { readonly kind?: LabKindName }): LabKind {
  return labKinds[kind];
}
