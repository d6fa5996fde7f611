// Creates objects in a cluster, many at a time, for measurements.

import { type Api, ApiError, type Call } from '../src/cluster/client/api.ts';

/** POSTs `count` objects, at most `atOnce` at one time. What exists already stays as it is. */
export async function createMany(api: Api, count: number, { make, atOnce = 64 }: Making): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await create(api, make(next++));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

interface Making {
  readonly make: (index: number) => Pick<Call, 'path' | 'body'>;
  readonly atOnce?: number;
}

export async function create(api: Api, { path, body }: Pick<Call, 'path' | 'body'>): Promise<void> {
  try {
    await api.json({ method: 'POST', path, body });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 409) throw error;
  }
}

export const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const policyPath = '/apis/hitless.dev/v1alpha1';

/** The definition of one of our kinds, with a schema that accepts anything: enough to list and watch. */
export function looseDefinition(kind: 'ClusterRolloutPolicy' | 'RolloutPolicy'): object {
  const singular = kind.toLowerCase();
  const plural = `${singular.slice(0, -1)}ies`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.hitless.dev` },
    spec: {
      group: 'hitless.dev',
      names: { kind, plural, singular },
      scope: kind === 'RolloutPolicy' ? 'Namespaced' : 'Cluster',
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
    },
  };
}

export function namespaceCalled(name: string, labels: Readonly<Record<string, string>> = {}) {
  const own = { team: `team-${name.slice(-2)}`, 'hitless.dev/mode': 'enforce' };
  const metadata = { name, labels: { 'kubernetes.io/metadata.name': name, ...own, ...labels } };
  return { path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata } };
}

/** Of the usual size: labels and annotations as helm and kubectl leave them. */
export function serviceCalled(name: string, namespace: string) {
  const labels = {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': namespace,
    'app.kubernetes.io/managed-by': 'Helm',
    'helm.sh/chart': `${name}-1.2.3`,
  };
  const annotations = { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': namespace };
  const selector = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': namespace };
  const ports = [
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'metrics', port: 9090, targetPort: 9090 },
  ];
  // Without an address of its own: the range has too few for so many.
  const spec = { clusterIP: 'None', selector, ports };
  const metadata = { name, labels, annotations };
  return {
    path: `/api/v1/namespaces/${namespace}/services`,
    body: { apiVersion: 'v1', kind: 'Service', metadata, spec },
  };
}

/** Of the usual size: with a status as its controller leaves it. */
export function autoscalerCalled(name: string, namespace: string) {
  const target = { type: 'Utilization', averageUtilization: 80 };
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
  };
  const metadata = { name, namespace, labels: { 'app.kubernetes.io/name': name } };
  return {
    path: `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
    body: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec },
  };
}

export function claimCalled(name: string, namespace: string) {
  // Of a class that nobody provides, so that no controller makes volumes.
  const resources = { requests: { storage: '8Gi' } };
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources };
  const metadata = { name, namespace, labels: { 'app.kubernetes.io/name': name } };
  return {
    path: `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
    body: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec },
  };
}

export function clusterPolicyCalled(name: string, spec: object) {
  const body = { apiVersion: 'hitless.dev/v1alpha1', kind: 'ClusterRolloutPolicy', metadata: { name }, spec };
  return { path: `${policyPath}/clusterrolloutpolicies`, body };
}

export function policyCalled(name: string, namespace: string, spec: object) {
  const body = { apiVersion: 'hitless.dev/v1alpha1', kind: 'RolloutPolicy', metadata: { name, namespace }, spec };
  return { path: `${policyPath}/namespaces/${namespace}/rolloutpolicies`, body };
}
