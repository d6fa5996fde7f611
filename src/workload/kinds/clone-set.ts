// apps.kruise.io CloneSet of OpenKruise: checked, because a change of its template turns an update in place into new pods.
// Source: openkruise/kruise apis/apps/v1alpha1/cloneset_types.go, defaults.go.

import { getAt } from '../path.ts';
import type { Workload } from '../workload.ts';
import { defineKind } from './define-kind.ts';
import type { Circumstances, KindRemark, Strategy } from './kind.ts';
import { podTemplateFields, podTemplateOrder, selectorShape, undefaulted } from './pod-template.ts';
import { strategyFields, strategyViolations } from './rolling-strategy.ts';

const template = 'spec.template';
const path = 'spec.updateStrategy';

const strategy: Strategy = {
  path,
  otherwise: (workload) =>
    isInPlace(workload) ? `type ${typeOf(workload)} changes images in running pods` : undefined,
  rollingUpdate: path,
  maxUnavailable: { path: `${path}.maxUnavailable`, default: '20%', rounded: 'up' },
  maxSurge: { path: `${path}.maxSurge`, default: 0, rounded: 'up' },
};

export const cloneSet = defineKind({
  kind: 'CloneSet',
  group: 'apps.kruise.io',
  version: 'v1alpha1',
  resource: 'clonesets',
  support: 'checked',
  custom: true,
  otherVersions: ['apps.kruise.io/v1beta1'],
  whole: ['spec.selector', template],
  template,
  selector: 'spec.selector',
  replicas: { path: 'spec.replicas', default: 1 },
  strategy,
  fields: undefaulted([...strategyFields(strategy), ...podTemplateFields(template)]),
  reads: {
    'spec.replicas': 'integer',
    'spec.selector': selectorShape,
    [path]: { type: 'string', inPlaceUpdateStrategy: { gracePeriodSeconds: 'integer' } },
  },
  order: podTemplateOrder(template),
  claimTemplates: 'spec.volumeClaimTemplates',
  schema: {
    root: 'CloneSet',
    types: {
      CloneSet: 'apiVersion:string kind:string metadata:ObjectMeta spec:CloneSetSpec status:any',
      CloneSetSpec:
        'lifecycle:any minReadySeconds:int32 progressDeadlineSeconds:int32 replicas:int32 revisionHistoryLimit:int32 scaleStrategy:any selector:LabelSelector template:PodTemplateSpec updateStrategy:any volumeClaimTemplates:any',
    },
  },
  violations: (workload) => (isInPlace(workload) ? [] : strategyViolations(strategy, workload)),
  remarks,
  progress: () => ({ what: 'progressing', detail: 'the progress of a CloneSet is not read' }),
});

function typeOf(workload: Workload): string {
  return `${getAt(workload, `${path}.type`) ?? 'ReCreate'}`;
}

function isInPlace(workload: Workload): boolean {
  return typeOf(workload).startsWith('InPlace');
}

/** In place a container is stopped under traffic: only this period takes the pod out of its Services first. */
function remarks({ workload, served }: Circumstances): readonly KindRemark[] {
  const grace = `${path}.inPlaceUpdateStrategy.gracePeriodSeconds`;
  if (!served || !isInPlace(workload) || Number(getAt(workload, grace) ?? 0) > 0) return [];
  const message = `type ${typeOf(workload)} restarts containers while requests are still sent to the pod. Set inPlaceUpdateStrategy.gracePeriodSeconds to 10, which takes the pod out of its Services first`;
  return [{ severity: 'note', path: grace, message }];
}
