// Where the API server has its objects: the one place that makes their paths.

import { group, policyVersion } from '../../names.ts';

/** As the API names a kind of object: its group, empty for the core one, version and plural. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export interface ObjectRef {
  readonly kind: ApiResource;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly name: string;
}

const core = (resource: string): ApiResource => ({ group: '', version: 'v1', resource });
const ours = (resource: string): ApiResource => ({ group, version: policyVersion, resource });

/** Those that hitless reads or writes, except the workloads. */
export const apiResources = {
  namespaces: core('namespaces'),
  nodes: core('nodes'),
  pods: core('pods'),
  secrets: core('secrets'),
  configMaps: core('configmaps'),
  events: core('events'),
  services: core('services'),
  endpointSlices: { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' },
  leases: { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' },
  webhookConfigurations: {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    resource: 'mutatingwebhookconfigurations',
  },
  clusterRoles: { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles' },
  clusterRolloutPolicies: ours('clusterrolloutpolicies'),
  rolloutPolicies: ours('rolloutpolicies'),
  horizontalPodAutoscalers: { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers' },
  persistentVolumeClaims: core('persistentvolumeclaims'),
  resourceQuotas: core('resourcequotas'),
  limitRanges: core('limitranges'),
  podDisruptionBudgets: { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' },
  ingresses: { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses' },
  ingressClasses: { group: 'networking.k8s.io', version: 'v1', resource: 'ingressclasses' },
  httpRoutes: { group: 'gateway.networking.k8s.io', version: 'v1', resource: 'httproutes' },
  gateways: { group: 'gateway.networking.k8s.io', version: 'v1', resource: 'gateways' },
  targetGroupBindings: { group: 'elbv2.k8s.aws', version: 'v1beta1', resource: 'targetgroupbindings' },
  rollouts: { group: 'argoproj.io', version: 'v1alpha1', resource: 'rollouts' },
  customResourceDefinitions: { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions' },
} as const;

/** By kind. */
export const policyResources = {
  ClusterRolloutPolicy: apiResources.clusterRolloutPolicies,
  RolloutPolicy: apiResources.rolloutPolicies,
} as const;

/** `v1`, or `apps/v1`. */
export function apiVersionOf({ group, version }: Omit<ApiResource, 'resource'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** What the API server answers at this path lists the kinds of the group. */
export function groupPath({ group, version }: Omit<ApiResource, 'resource'>): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Of an `apiVersion`, such as v1 or apps/v1. */
export function groupOf(apiVersion: string): Omit<ApiResource, 'resource'> {
  const slash = apiVersion.indexOf('/');
  return { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) };
}

/** All of them, or those of a namespace. */
export function collectionOf(kind: ApiResource, namespace?: string): string {
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${groupPath(kind)}${within}/${kind.resource}`;
}

export function pathOf({ kind, namespace, name }: ObjectRef): string {
  return `${collectionOf(kind, namespace)}/${encodeURIComponent(name)}`;
}
