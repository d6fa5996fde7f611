// apps.kruise.io StatefulSet of OpenKruise (Advanced StatefulSet): checked, for the reasons of clone-set.ts. Without surge, as in apps/v1.
// Source: openkruise/kruise apis/apps/v1beta1/statefulset_types.go.

import { defineKind } from './define-kind.ts';
import type { Strategy } from './kind.ts';
import { podTemplateFields, podTemplateOrder, selectorShape, undefaulted } from './pod-template.ts';
import { statefulSetRemarks } from './stateful-set.ts';

const template = 'spec.template';
const rollingUpdate = 'spec.updateStrategy.rollingUpdate';

const strategy: Strategy = {
  path: 'spec.updateStrategy',
  rollingUpdate,
  maxUnavailable: { path: `${rollingUpdate}.maxUnavailable`, default: 1, rounded: 'up' },
};

export const kruiseStatefulSet = defineKind({
  kind: 'StatefulSet',
  group: 'apps.kruise.io',
  version: 'v1beta1',
  resource: 'statefulsets',
  support: 'checked',
  custom: true,
  otherVersions: ['apps.kruise.io/v1alpha1'],
  whole: ['spec.selector', template],
  template,
  selector: 'spec.selector',
  replicas: { path: 'spec.replicas', default: 1 },
  strategy,
  fields: undefaulted(podTemplateFields(template)),
  reads: {
    'spec.replicas': 'integer',
    'spec.selector': selectorShape,
    'spec.updateStrategy': { type: 'string', rollingUpdate: { maxUnavailable: 'integer or string' } },
  },
  order: podTemplateOrder(template),
  claimTemplates: 'spec.volumeClaimTemplates',
  schema: {
    root: 'KruiseStatefulSet',
    types: {
      KruiseStatefulSet: 'apiVersion:string kind:string metadata:ObjectMeta spec:KruiseStatefulSetSpec status:any',
      KruiseStatefulSetSpec:
        'lifecycle:any ordinals:any persistentVolumeClaimRetentionPolicy:any podManagementPolicy:string replicas:int32 reserveOrdinals:any revisionHistoryLimit:int32 scaleStrategy:any selector:LabelSelector serviceName:string template:PodTemplateSpec updateStrategy:any volumeClaimTemplates:any volumeClaimUpdateStrategy:any',
    },
  },
  violations: () => [],
  remarks: statefulSetRemarks,
  progress: () => ({ what: 'progressing', detail: 'the progress of an Advanced StatefulSet is not read' }),
});
