// apps.kruise.io DaemonSet of OpenKruise (Advanced DaemonSet): checked, for the reasons of clone-set.ts.
// Source: openkruise/kruise apis/apps/v1alpha1/daemonset_types.go.

import { defineKind } from './define-kind.ts';
import type { Strategy } from './kind.ts';
import { podTemplateFields, podTemplateOrder, selectorShape, undefaulted } from './pod-template.ts';
import { strategyFields } from './rolling-strategy.ts';

const template = 'spec.template';
const rollingUpdate = 'spec.updateStrategy.rollingUpdate';

const strategy: Strategy = {
  path: 'spec.updateStrategy',
  exclusive: true,
  rollingUpdate,
  maxUnavailable: { path: `${rollingUpdate}.maxUnavailable`, default: 1, rounded: 'up' },
  maxSurge: { path: `${rollingUpdate}.maxSurge`, default: 0, rounded: 'up' },
};

export const kruiseDaemonSet = defineKind({
  kind: 'DaemonSet',
  group: 'apps.kruise.io',
  version: 'v1alpha1',
  resource: 'daemonsets',
  support: 'checked',
  custom: true,
  otherVersions: ['apps.kruise.io/v1beta1'],
  whole: ['spec.selector', template],
  template,
  selector: 'spec.selector',
  perNode: true,
  strategy,
  fields: undefaulted([...strategyFields(strategy), ...podTemplateFields(template)]),
  reads: { 'spec.selector': selectorShape, 'spec.updateStrategy.type': 'string' },
  order: podTemplateOrder(template),
  schema: {
    root: 'KruiseDaemonSet',
    types: {
      KruiseDaemonSet: 'apiVersion:string kind:string metadata:ObjectMeta spec:KruiseDaemonSetSpec status:any',
      KruiseDaemonSetSpec:
        'burstReplicas:intOrString lifecycle:any minReadySeconds:int32 revisionHistoryLimit:int32 scaleStrategy:any selector:LabelSelector template:PodTemplateSpec updateStrategy:any',
    },
  },
  violations: () => [],
  progress: () => ({ what: 'progressing', detail: 'the progress of an Advanced DaemonSet is not read' }),
});
