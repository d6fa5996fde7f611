// apps.openshift.io DeploymentConfig: checked. It is deprecated, and with a ConfigChange trigger each edit of its template rolls at once.
// Source: openshift/api apps/v1/types.go.

import { getAt } from '../path.ts';
import { defineKind } from './define-kind.ts';
import type { Strategy } from './kind.ts';
import { podTemplateFields, podTemplateOrder, undefaulted } from './pod-template.ts';
import { strategyFields } from './rolling-strategy.ts';

const template = 'spec.template';
const rollingParams = 'spec.strategy.rollingParams';
const type = 'spec.strategy.type';

const strategy: Strategy = {
  path: 'spec.strategy',
  type: { path: type, recreate: 'Recreate' },
  otherwise: (workload) =>
    getAt(workload, type) === 'Custom' ? 'type Custom replaces pods in its own way' : undefined,
  rollingUpdate: rollingParams,
  maxUnavailable: { path: `${rollingParams}.maxUnavailable`, default: '25%', rounded: 'down' },
  maxSurge: { path: `${rollingParams}.maxSurge`, default: '25%', rounded: 'up' },
};

export const deploymentConfig = defineKind({
  kind: 'DeploymentConfig',
  group: 'apps.openshift.io',
  version: 'v1',
  resource: 'deploymentconfigs',
  shortNames: ['dc'],
  support: 'checked',
  custom: true,
  whole: [template],
  template,
  replicas: { path: 'spec.replicas', default: 1 },
  strategy,
  fields: undefaulted([...strategyFields(strategy), ...podTemplateFields(template)]),
  reads: { 'spec.replicas': 'integer', 'spec.selector': 'map', [type]: 'string' },
  order: podTemplateOrder(template),
  schema: {
    root: 'DeploymentConfig',
    types: {
      DeploymentConfig: 'apiVersion:string kind:string metadata:ObjectMeta spec:DeploymentConfigSpec status:any',
      DeploymentConfigSpec:
        'minReadySeconds:int32 paused:boolean replicas:int32 revisionHistoryLimit:int32 selector:{string} strategy:any template:PodTemplateSpec test:boolean triggers:any',
    },
  },
  violations: () => [],
  progress: () => ({ what: 'progressing', detail: 'the progress of a DeploymentConfig is not read' }),
});
