// apps/v1 DaemonSet: one pod on each node. Defaults and rules of the API server: kubernetes/kubernetes pkg/apis/apps/v1/defaults.go,
// pkg/apis/apps/validation/validation.go.

import type { Workload } from '../workload.ts';
import { daemonSetProgress, daemonSetStandstill, lastDaemonSetRollout } from './daemon-set-progress.ts';
import { defineKind } from './define-kind.ts';
import type { Placement, Setting, Strategy } from './kind.ts';
import { onDeleteWay } from './on-delete.ts';
import { podTemplateFields, podTemplateOrder, selectorShape } from './pod-template.ts';
import { strategyFields, strategyViolations } from './rolling-strategy.ts';

const template = 'spec.template';
const rollingUpdate = 'spec.updateStrategy.rollingUpdate';

const strategy: Strategy = {
  path: 'spec.updateStrategy',
  otherwise: onDeleteWay,
  exclusive: true,
  rollingUpdate,
  maxUnavailable: { path: `${rollingUpdate}.maxUnavailable`, default: 1, rounded: 'up' },
  maxSurge: { path: `${rollingUpdate}.maxSurge`, default: 0, rounded: 'up' },
};
const minReadySeconds: Setting<number> = { path: 'spec.minReadySeconds', default: 0 };

const besideSelector: Placement = {
  behindFirst: ['selector'],
  past: ['updateStrategy', 'minReadySeconds'],
  before: ['template'],
};

export const daemonSet = defineKind({
  kind: 'DaemonSet',
  group: 'apps',
  version: 'v1',
  resource: 'daemonsets',
  shortNames: ['ds'],
  support: 'patched',
  reportsOnly: {
    readinessProbe: 'a probe that never passes would stop the rollout on every node',
    minReadySeconds: 'it delays the rollout on every node',
  },
  former: { apiVersions: ['apps/v1beta2', 'extensions/v1beta1'], removedIn: '1.16' },
  whole: ['spec.selector', template],
  template,
  selector: 'spec.selector',
  perNode: true,
  strategy,
  minReadySeconds,
  fields: [
    { path: minReadySeconds.path, type: 'integer', apiDefault: 0, omitted: true },
    ...strategyFields(strategy),
    ...podTemplateFields(template),
  ],
  reads: { 'spec.selector': selectorShape, 'spec.updateStrategy.type': 'string' },
  order: {
    'spec.updateStrategy': besideSelector,
    'spec.minReadySeconds': besideSelector,
    ...podTemplateOrder(template),
  },
  schema: { root: 'DaemonSet' },
  violations,
  progress: daemonSetProgress,
  standstill: daemonSetStandstill,
  lastRollout: lastDaemonSetRollout,
});

/** Under OnDelete the limits are not looked at. */
function violations(workload: Workload) {
  return strategy.otherwise?.(workload) === undefined ? strategyViolations(strategy, workload) : [];
}
