// leaderworkerset.x-k8s.io LeaderWorkerSet: groups of pods that go and come as one, often with devices that leave no room for a surge:
// checked. Its leaders have the template of the workers unless they have one of their own.
// Source: kubernetes-sigs/lws api/leaderworkerset/v1/leaderworkerset_types.go.

import { defineKind } from './define-kind.ts';
import type { Strategy } from './kind.ts';
import { podTemplateFields, podTemplateOrder, undefaulted } from './pod-template.ts';
import { strategyFields } from './rolling-strategy.ts';

const template = 'spec.leaderWorkerTemplate.workerTemplate';
const limits = 'spec.rolloutStrategy.rollingUpdateConfiguration';

const strategy: Strategy = {
  path: 'spec.rolloutStrategy',
  rollingUpdate: limits,
  maxUnavailable: { path: `${limits}.maxUnavailable`, default: 1, rounded: 'up' },
  maxSurge: { path: `${limits}.maxSurge`, default: 0, rounded: 'up' },
};

export const leaderWorkerSet = defineKind({
  kind: 'LeaderWorkerSet',
  group: 'leaderworkerset.x-k8s.io',
  version: 'v1',
  resource: 'leaderworkersets',
  shortNames: ['lws'],
  support: 'checked',
  custom: true,
  whole: [template],
  template,
  replicas: { path: 'spec.replicas', default: 1 },
  strategy,
  fields: undefaulted([...strategyFields(strategy), ...podTemplateFields(template)]),
  reads: { 'spec.replicas': 'integer' },
  order: podTemplateOrder(template),
  claimTemplates: 'spec.leaderWorkerTemplate.volumeClaimTemplates',
  schema: {
    root: 'LeaderWorkerSet',
    types: {
      LeaderWorkerSet: 'apiVersion:string kind:string metadata:ObjectMeta spec:LeaderWorkerSetSpec status:any',
      LeaderWorkerSetSpec:
        'leaderWorkerTemplate:LeaderWorkerTemplate networkConfig:any replicas:int32 rolloutStrategy:any startupPolicy:string',
      LeaderWorkerTemplate:
        'leaderTemplate:PodTemplateSpec resizePolicy:string restartPolicy:string size:int32 subGroupPolicy:any volumeClaimTemplates:any persistentVolumeClaimRetentionPolicy:any workerTemplate:PodTemplateSpec',
    },
  },
  violations: () => [],
  progress: () => ({ what: 'progressing', detail: 'the progress of a LeaderWorkerSet is not read' }),
});
