// The API servers of bench/many-clusters.ts, in a process of their own, so that their work is not counted.

import type { JsonObject } from '../../src/workload/json.ts';
import { create } from '../../test/support/api-server.ts';
import { manyClusters } from '../../test/support/many-clusters.ts';

export interface ManyClusters {
  readonly clusters: number;
  /** In each of them. */
  readonly deployments: number;
}

const emptyLists = [
  '/api/v1/services',
  '/api/v1/nodes',
  '/apis/hitless.dev/v1alpha1/clusterrolloutpolicies',
  '/apis/hitless.dev/v1alpha1/rolloutpolicies',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
];

process.once('message', async (size: ManyClusters) => {
  const items = Array.from({ length: size.deployments }, (_, index) => stored(`web-${index}`));
  const shop = { metadata: { name: 'shop', labels: { 'hitless.dev/mode': 'enforce' } } };
  const empty = Object.fromEntries(emptyLists.map((path) => [path, []]));
  const lists = { ...empty, '/api/v1/namespaces': [shop], '/apis/apps/v1/deployments': items };
  const setups = Array.from({ length: size.clusters }, (_, at) => ({ name: `cluster-${at + 1}`, lists }));
  const { clusters } = await manyClusters(setups);
  process.send?.(Object.fromEntries(Array.from(clusters, ([name, { url }]) => [name, url])));
});

/** With managedFields as long as those of a client that applied it and of the controller. */
function stored(name: string): JsonObject {
  const labels = { app: name };
  const fields = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`f:field${at}`, { '.': {}, 'f:value': {} }]),
  );
  const entry = { operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': fields } };
  const managedFields = ['kubectl-create', 'kube-controller-manager'].map((manager) => ({ ...entry, manager }));
  const metadata = { name, namespace: 'shop', labels, resourceVersion: '1', managedFields };
  const containers = [{ name: 'main', image: 'web:1', ports: [{ containerPort: 8080 }] }];
  const template = { metadata: { labels }, spec: { containers } };
  return create({ metadata, spec: { replicas: 2, selector: { matchLabels: labels }, template } }) as never;
}
