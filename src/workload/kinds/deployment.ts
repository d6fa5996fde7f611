// apps/v1 Deployment. Defaults and rules of the API server: kubernetes/kubernetes pkg/apis/apps/v1/defaults.go,
// pkg/apis/apps/validation/validation.go, 1.30 to 1.37.

import type { Workload } from '../workload.ts';
import { defineKind } from './define-kind.ts';
import { deploymentProgress, lastDeploymentRollout } from './deployment-progress.ts';
import type { Collision, Placement, Setting, Strategy, Violation } from './kind.ts';
import { podTemplateFields, podTemplateOrder, selectorShape } from './pod-template.ts';
import { settingIn, strategyFields, strategyViolations } from './rolling-strategy.ts';

const template = 'spec.template';
const rollingUpdate = 'spec.strategy.rollingUpdate';

const strategy: Strategy = {
  path: 'spec.strategy',
  type: { path: 'spec.strategy.type', recreate: 'Recreate' },
  rollingUpdate,
  maxUnavailable: { path: `${rollingUpdate}.maxUnavailable`, default: '25%', rounded: 'down' },
  maxSurge: { path: `${rollingUpdate}.maxSurge`, default: '25%', rounded: 'up' },
};

const minReadySeconds: Setting<number> = { path: 'spec.minReadySeconds', default: 0 };
const progressDeadlineSeconds: Setting<number> = { path: 'spec.progressDeadlineSeconds', default: 600 };

const besideReplicas: Placement = {
  behindFirst: ['replicas', 'selector'],
  past: ['strategy', 'minReadySeconds'],
  before: ['template'],
};

export const deployment = defineKind({
  kind: 'Deployment',
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  shortNames: ['deploy'],
  support: 'patched',
  former: { apiVersions: ['apps/v1beta1', 'apps/v1beta2', 'extensions/v1beta1'], removedIn: '1.16' },
  whole: ['spec.selector', template],
  template,
  selector: 'spec.selector',
  replicas: { path: 'spec.replicas', default: 1 },
  strategy,
  minReadySeconds,
  progressDeadlineSeconds,
  fields: [
    { path: minReadySeconds.path, type: 'integer', apiDefault: 0, omitted: true, collides: deadlineCollision },
    ...strategyFields(strategy),
    ...podTemplateFields(template),
  ],
  reads: {
    'spec.replicas': 'integer',
    'spec.selector': selectorShape,
    'spec.strategy.type': 'string',
    'spec.progressDeadlineSeconds': 'integer',
  },
  order: { 'spec.strategy': besideReplicas, 'spec.minReadySeconds': besideReplicas, ...podTemplateOrder(template) },
  schema: { root: 'Deployment' },
  violations: (workload) => [...strategyViolations(strategy, workload), ...deadlineViolations(workload)],
  progress: deploymentProgress,
  lastRollout: lastDeploymentRollout,
});

function deadlineCollision({ workload }: Collision): string | undefined {
  const deadline = settingIn(progressDeadlineSeconds, workload);
  return settingIn(minReadySeconds, workload) < deadline
    ? undefined
    : `the author set progressDeadlineSeconds ${deadline}`;
}

function deadlineViolations(workload: Workload): readonly Violation[] {
  const [ready, deadline] = [settingIn(minReadySeconds, workload), settingIn(progressDeadlineSeconds, workload)];
  if (deadline > ready) return [];
  const message = `progressDeadlineSeconds ${deadline} must be greater than minReadySeconds ${ready}`;
  return [{ path: progressDeadlineSeconds.path, message }];
}
