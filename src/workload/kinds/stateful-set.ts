// apps/v1 StatefulSet. Its pods have names that are used again, so a successor starts only after the old pod has ended: there is no
// surge. Defaults and rules of the API server: kubernetes/kubernetes pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go.

import { count } from '../../text/count.ts';
import { getAt } from '../path.ts';
import type { IntOrPercent, Workload } from '../workload.ts';
import { defineKind } from './define-kind.ts';
import type { Circumstances, KindRemark, Placement, Setting, Strategy, Violation } from './kind.ts';
import { onDeleteWay } from './on-delete.ts';
import { podTemplateFields, podTemplateOrder, selectorShape } from './pod-template.ts';
import { settingIn } from './rolling-strategy.ts';
import { lastStatefulSetRollout, statefulSetProgress, statefulSetStandstill } from './stateful-set-progress.ts';

const template = 'spec.template';
const rollingUpdate = 'spec.updateStrategy.rollingUpdate';
const type = 'spec.updateStrategy.type';

const strategy: Strategy = {
  path: 'spec.updateStrategy',
  // Alpha in 1.37.
  type: { path: type, recreate: 'Recreate' },
  otherwise: onDeleteWay,
  rollingUpdate,
  maxUnavailable: { path: `${rollingUpdate}.maxUnavailable`, default: 1, rounded: 'up' },
};
const replicas: Setting<number> = { path: 'spec.replicas', default: 1 };
const minReadySeconds: Setting<number> = { path: 'spec.minReadySeconds', default: 0 };
const partition: Setting<number> = { path: `${rollingUpdate}.partition`, default: 0 };

const besideReplicas: Placement = { behindFirst: ['replicas', 'selector'], before: ['template'] };

export const statefulSet = defineKind({
  kind: 'StatefulSet',
  group: 'apps',
  version: 'v1',
  resource: 'statefulsets',
  shortNames: ['sts'],
  support: 'patched',
  reportsOnly: {
    readinessProbe: 'the pods of a StatefulSet may need one another before they are ready',
    minReadySeconds: 'it delays every next pod of a StatefulSet',
  },
  fillsOnly: true,
  former: { apiVersions: ['apps/v1beta1', 'apps/v1beta2'], removedIn: '1.16' },
  whole: ['spec.selector', template],
  template,
  selector: 'spec.selector',
  replicas,
  strategy,
  minReadySeconds,
  fields: [
    { path: minReadySeconds.path, type: 'integer', apiDefault: 0, omitted: true },
    ...podTemplateFields(template),
  ],
  reads: {
    'spec.replicas': 'integer',
    'spec.selector': selectorShape,
    'spec.podManagementPolicy': 'string',
    'spec.updateStrategy': {
      type: 'string',
      rollingUpdate: { partition: 'integer', maxUnavailable: 'integer or string' },
    },
  },
  order: { 'spec.minReadySeconds': besideReplicas, ...podTemplateOrder(template) },
  schema: { root: 'StatefulSet' },
  claimTemplates: 'spec.volumeClaimTemplates',
  namedAsLabel: true,
  violations: strategyViolations,
  remarks: statefulSetRemarks,
  progress: statefulSetProgress,
  standstill: statefulSetStandstill,
  lastRollout: lastStatefulSetRollout,
});

function strategyViolations(workload: Workload): readonly Violation[] {
  const kind = getAt(workload, type) || 'RollingUpdate';
  if (kind === 'RollingUpdate' || (getAt(workload, rollingUpdate) ?? null) === null) return [];
  return [{ path: rollingUpdate, message: `rollingUpdate is forbidden beside type ${kind}` }];
}

export function statefulSetRemarks({
  workload,
  replicas: { least, most },
  served,
}: Circumstances): readonly KindRemark[] {
  const waits = onDeleteWay(workload);
  if (waits !== undefined) return [{ severity: 'fine', path: strategy.path, message: waits }];
  return [...onlyPod(least, served), ...severalAtOnce(workload, most), ...heldBack(workload, most)];
}

function onlyPod(least: number, served: boolean): readonly KindRemark[] {
  if (least !== 1 || !served) return [];
  const message =
    'the only pod ends before its successor starts, and a StatefulSet has no surge: a gap without pods at every rollout. Accept it, or run two or more replicas if the application can';
  return [{ severity: 'note', path: replicas.path, message }];
}

function severalAtOnce(workload: Workload, most: number): readonly KindRemark[] {
  const { path } = strategy.maxUnavailable;
  const limit = getAt(workload, path) as IntOrPercent | null | undefined;
  if ((limit ?? 1) === 1) return [];
  const pods = typeof limit === 'number' ? limit : Math.ceil((Number.parseInt(`${limit}`, 10) * most) / 100);
  if (!(pods > 1) || most < 2) return [];
  const message = `maxUnavailable ${limit} takes ${Math.min(pods, most)} of ${most} pods away at once: members of a quorum can lose it. Use 1 unless the application knows better`;
  return [{ severity: 'note', path, message }];
}

function heldBack(workload: Workload, most: number): readonly KindRemark[] {
  const from = settingIn(partition, workload);
  if (from === 0 || from < most || most === 0) return [];
  const message = `partition ${from} with ${count(most, 'replica')}: a rollout replaces no pod until the partition is lowered`;
  return [{ severity: 'note', path: partition.path, message }];
}
