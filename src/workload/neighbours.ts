// The objects around a workload that rules read besides its Namespace and its Services, reduced to the fields that they read.

import type { JsonObject } from './json.ts';
import type { LabelSelector } from './kubernetes.ts';
import type { IntOrPercent } from './workload.ts';

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** A reference to a workload; an absent group is the core one. */
export interface WorkloadReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** autoscaling HorizontalPodAutoscaler. Its limits win over the `replicas` of its target. */
export interface HorizontalPodAutoscaler extends Named {
  readonly target: WorkloadReference;
  /** 1 when the author wrote none. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

export interface PersistentVolumeClaim extends Named {
  /** `ReadWriteOnce`, `ReadWriteOncePod`, `ReadWriteMany`, `ReadOnlyMany`. */
  readonly accessModes: readonly string[];
}

/** Amounts by resource, such as `pods`, `requests.cpu` and `limits.memory`, as quantities: `4`, `500m`, `1Gi`. */
export type ResourceAmounts = Readonly<Record<string, string>>;

export interface ResourceQuota extends Named {
  readonly hard: ResourceAmounts;
  /** Absent where no controller has counted, as in a manifest. */
  readonly used?: ResourceAmounts;
  /** True for a quota that counts only some pods, by their quality of service or priority. */
  readonly scoped: boolean;
}

/** The values for containers that do not write their own. */
export interface LimitRange extends Named {
  readonly defaultRequests: ResourceAmounts;
  readonly defaultLimits: ResourceAmounts;
}

export interface PodDisruptionBudget extends Named {
  readonly selector: LabelSelector | undefined;
  readonly minAvailable?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
}

export interface Ingress extends Named {
  /** From spec.ingressClassName, or the annotation that came before it. Absent: the default class of the cluster. */
  readonly className?: string;
  /** Only those that say how a load balancer reaches pods: see readers. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The names of the Services that it sends to. */
  readonly services: readonly string[];
}

export interface IngressClass extends Named {
  /** `k8s.io/ingress-nginx`. */
  readonly controller: string;
  readonly isDefault: boolean;
}

export interface HTTPRoute extends Named {
  readonly gateways: readonly Named[];
  /** The names of the Services in its own namespace that it sends to. */
  readonly services: readonly string[];
}

export interface Gateway extends Named {
  readonly className: string;
}

/** elbv2.k8s.aws TargetGroupBinding. */
export interface TargetGroupBinding extends Named {
  readonly service: string;
  /** `ip` or `instance`; absent where its controller has not filled it in yet. */
  readonly targetType?: string;
}

/** argoproj.io Rollout, only where it takes its pods from another workload. */
export interface WorkloadRollout extends Named {
  readonly workload: WorkloadReference;
  /** What its strategy says about pods, and its replicas. */
  readonly spec: JsonObject;
}

/** apiextensions.k8s.io CustomResourceDefinition, only of Argo's Rollout. */
export interface RolloutDefinition extends Named {
  /** False for one older than 1.7.0, whose API server drops `preStop.sleep` and leaves a hook without a handler. */
  readonly knowsSleep: boolean;
}

/** By kind. */
export interface Neighbours {
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly PersistentVolumeClaim: PersistentVolumeClaim;
  readonly ResourceQuota: ResourceQuota;
  readonly LimitRange: LimitRange;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly Ingress: Ingress;
  readonly IngressClass: IngressClass;
  readonly HTTPRoute: HTTPRoute;
  readonly Gateway: Gateway;
  readonly TargetGroupBinding: TargetGroupBinding;
  readonly Rollout: WorkloadRollout;
  readonly CustomResourceDefinition: RolloutDefinition;
}
export type NeighbourKind = keyof Neighbours;
