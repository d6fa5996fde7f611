// argoproj.io/v1alpha1 Rollout. No admission validates it: what its controller refuses stands in its status afterwards, and nothing
// rolls. Source: argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go, utils/defaults/defaults.go, 1.6 to 1.9.

import { isObject, type JsonObject } from '../json.ts';
import { getAt } from '../path.ts';
import type { Workload } from '../workload.ts';
import { defineKind } from './define-kind.ts';
import type { Placement, Setting, Strategy, TemplateSource } from './kind.ts';
import { podTemplateFields, podTemplateOrder, selectorShape, undefaulted } from './pod-template.ts';
import { strategyFields } from './rolling-strategy.ts';
import {
  argoRolloutStandstill,
  lastArgoRollout,
  rolloutProgress,
  scaleDownDelaySeconds,
  startsArgoRollout,
} from './rollout-progress.ts';
import { rolloutRemarks } from './rollout-remarks.ts';
import { rolloutViolations } from './rollout-violations.ts';

const template = 'spec.template';
const canary = 'spec.strategy.canary';

const strategy: Strategy = {
  path: canary,
  otherwise,
  rollingUpdate: canary,
  isChoice: true,
  maxUnavailable: { path: `${canary}.maxUnavailable`, default: '25%', rounded: 'down' },
  maxSurge: { path: `${canary}.maxSurge`, default: '25%', rounded: 'up' },
};
const minReadySeconds: Setting<number> = { path: 'spec.minReadySeconds', default: 0 };
const progressDeadlineSeconds: Setting<number> = { path: 'spec.progressDeadlineSeconds', default: 600 };

const besideReplicas: Placement = { behindFirst: ['replicas', 'selector'], before: ['template'] };

export const rollout = defineKind({
  kind: 'Rollout',
  group: 'argoproj.io',
  version: 'v1alpha1',
  resource: 'rollouts',
  shortNames: ['ro'],
  support: 'patched',
  reportsOnly: { minReadySeconds: 'the steps and delays of a Rollout decide when it goes on' },
  custom: true,
  whole: ['spec.selector', template],
  template,
  selector: 'spec.selector',
  replicas: { path: 'spec.replicas', default: 1 },
  strategy,
  minReadySeconds,
  progressDeadlineSeconds,
  fields: undefaulted([
    { path: minReadySeconds.path, type: 'integer' },
    ...strategyFields(strategy),
    ...podTemplateFields(template),
  ]),
  reads: {
    'spec.replicas': 'integer',
    'spec.selector': selectorShape,
    'spec.workloadRef': { apiVersion: 'string', kind: 'string', name: 'string', scaleDown: 'string' },
    'spec.progressDeadlineSeconds': 'integer',
    'spec.restartAt': 'string',
    'spec.strategy.blueGreen': { activeService: 'string', previewService: 'string', scaleDownDelaySeconds: 'integer' },
    [canary]: { trafficRouting: 'object', scaleDownDelaySeconds: 'integer', dynamicStableScale: 'boolean' },
  },
  order: { [canary]: besideReplicas, 'spec.minReadySeconds': besideReplicas, ...podTemplateOrder(template) },
  schema: {
    root: 'Rollout',
    types: {
      Rollout: 'apiVersion:string kind:string metadata:ObjectMeta spec:RolloutSpec status:any',
      RolloutSpec:
        'analysis:any minReadySeconds:int32 paused:boolean progressDeadlineAbort:boolean progressDeadlineSeconds:int32 replicas:int32 restartAt:time revisionHistoryLimit:int32 rollbackWindow:any selector:LabelSelector strategy:RolloutStrategy template:PodTemplateSpec workloadRef:RolloutWorkloadRef',
      RolloutWorkloadRef: 'apiVersion:string kind:string name:string scaleDown:string',
      RolloutStrategy: 'blueGreen:RolloutBlueGreen canary:RolloutCanary',
      RolloutBlueGreen:
        'abortScaleDownDelaySeconds:int32 activeMetadata:any activeService:string antiAffinity:any autoPromotionEnabled:boolean autoPromotionSeconds:int32 maxUnavailable:intOrString postPromotionAnalysis:any prePromotionAnalysis:any previewMetadata:any previewReplicaCount:int32 previewService:string scaleDownDelayRevisionLimit:int32 scaleDownDelaySeconds:int32',
      RolloutCanary:
        'abortScaleDownDelaySeconds:int32 analysis:any antiAffinity:any canaryMetadata:any canaryService:string dynamicStableScale:boolean maxSurge:intOrString maxUnavailable:intOrString minPodsPerReplicaSet:int32 pingPong:any replicaProgressThreshold:any scaleDownDelayRevisionLimit:int32 scaleDownDelaySeconds:int32 stableMetadata:any stableService:string steps:[any] trafficRouting:any',
    },
  },
  violations: rolloutViolations,
  templateElsewhere,
  remarks: rolloutRemarks,
  progress: rolloutProgress,
  startsRollout: startsArgoRollout,
  oldPodsStaySeconds: scaleDownDelaySeconds,
  standstill: argoRolloutStandstill,
  lastRollout: lastArgoRollout,
});

function otherwise(workload: Workload): string | undefined {
  const { blueGreen, canary: steps } = strategyOf(workload);
  if (isObject(blueGreen)) return 'blueGreen starts all new pods before it switches the Service to them';
  if (!isObject(steps)) return 'it has no strategy';
  if (isObject(steps.trafficRouting)) return 'a canary with trafficRouting keeps the old pods until traffic has moved';
  return undefined;
}

function strategyOf(workload: Workload): JsonObject {
  const found = getAt(workload, 'spec.strategy');
  return isObject(found) ? found : {};
}

function templateElsewhere(workload: Workload): TemplateSource | undefined {
  const ref = getAt(workload, 'spec.workloadRef');
  return isObject(ref) ? { apiVersion: `${ref.apiVersion}`, kind: `${ref.kind}`, name: `${ref.name}` } : undefined;
}
