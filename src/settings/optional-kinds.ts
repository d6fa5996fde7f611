// The kinds around a workload that `hitless serve` can do without.

/** The kinds around a workload that are watched unless they are left out. */
export const optionalKinds = [
  'HorizontalPodAutoscaler',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'LimitRange',
  'Ingress',
  'IngressClass',
  'HTTPRoute',
  'Gateway',
  'TargetGroupBinding',
  'Rollout',
  'CustomResourceDefinition',
] as const;
