// The objects of a large cluster as an API server sends them, each made when it is asked for: with uid, managedFields and status.

import { resources, type WatchedKind } from '../../src/cluster/cache/kinds.ts';
import type { Huge } from '../../test/support/huge-api-server.ts';
import { autoscalerCalled, clusterPolicyCalled, namespaceCalled, policyCalled, serviceCalled } from '../objects.ts';

export interface Size {
  readonly namespaces: number;
  readonly services: number;
  readonly nodes: number;
  /** Of both kinds together: one in five is a ClusterRolloutPolicy, the others are RolloutPolicies. */
  readonly policies: number;
  readonly autoscalers: number;
}

export const sizes = {
  usual: { namespaces: 10_000, services: 20_000, nodes: 0, policies: 1_000, autoscalers: 0 },
  large: { namespaces: 100_000, services: 100_000, nodes: 20_000, policies: 5_000, autoscalers: 20_000 },
} as const satisfies Readonly<Record<string, Size>>;

export const nameOf = (index: number) => `tenant-${String(index).padStart(6, '0')}`;

/** The RolloutPolicies are in the first namespaces, one in each. */
export function sleepOf(index: number): number {
  return 5 + (index % 20);
}

/** By path of the collection. */
export function collectionsOf({ namespaces, services, nodes, policies, autoscalers }: Size) {
  const [clusterWide, own] = [policies / 5, (policies / 5) * 4];
  const perNamespace = (count: number) => Math.max(1, Math.ceil(count / namespaces));
  const place = (index: number, count: number) =>
    [`web-${index % perNamespace(count)}`, nameOf(Math.floor(index / perNamespace(count)))] as const;
  const collections: Partial<Record<WatchedKind, Huge>> = {
    Namespace: { count: namespaces, make: (index) => stored(applied(namespaceCalled(nameOf(index)).body), index) },
    Service: { count: services, make: (index) => stored(inNamespace(serviceCalled, place(index, services)), index) },
    HorizontalPodAutoscaler: {
      count: autoscalers,
      make: (index) => stored(autoscalerCalled(...place(index, autoscalers)).body, index),
    },
    Node: { count: nodes, make: (index) => stored(nodeCalled(`node-${String(index).padStart(5, '0')}`), index) },
    ClusterRolloutPolicy: { count: clusterWide, make: (index) => stored(clusterPolicy(index), index) },
    RolloutPolicy: {
      count: own,
      make: (index) =>
        stored(policyCalled('own', nameOf(index), { preStopSleep: { seconds: sleepOf(index) } }).body, index),
    },
  };
  const entries = Object.entries(collections).map(([kind, huge]) => [resources[kind as WatchedKind].path, huge]);
  return Object.fromEntries(entries) as Readonly<Record<string, Huge>>;
}

/** A tenth of a hundred teams each, with a number of its own. */
function clusterPolicy(index: number): object {
  return clusterPolicyCalled(`policy-${index}`, {
    priority: index % 7,
    namespaceSelector: { matchLabels: { team: `team-${String(index % 100).padStart(2, '0')}` } },
    workloadSelector: { matchLabels: { 'app.kubernetes.io/name': `app-${index}` } },
    preStopSleep: { action: 'fill', seconds: sleepOf(index) },
  }).body;
}

function inNamespace(make: typeof serviceCalled, [name, namespace]: readonly [string, string]): object {
  const { metadata, ...body } = make(name, namespace).body;
  return { ...body, metadata: { ...metadata, namespace } };
}

/** As kubectl apply leaves it. */
function applied({ metadata, ...body }: ReturnType<typeof namespaceCalled>['body']): object {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ ...body, metadata }) };
  return { ...body, metadata: { ...metadata, annotations } };
}

interface Made {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: object;
}

const fieldsV1 = {
  'f:metadata': { 'f:labels': { '.': {}, 'f:app.kubernetes.io/name': {}, 'f:app.kubernetes.io/instance': {} } },
  'f:spec': { 'f:selector': {}, 'f:ports': { '.': {}, 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } },
};

/** As JSON, without apiVersion and kind, which lists leave out. */
function stored(object: Made, index: number): string {
  const { apiVersion, kind: _kind, ...rest } = object;
  const created = '2026-03-01T12:00:00Z';
  const managedFields = [
    { manager: 'helm', operation: 'Update', apiVersion, time: created, fieldsType: 'FieldsV1', fieldsV1 },
  ];
  const uid = `${String(index).padStart(8, '0')}-5d2c-4b0f-9a52-3f1f7cf0a111`;
  const metadata = {
    ...rest.metadata,
    uid,
    resourceVersion: String(1000 + index),
    creationTimestamp: created,
    managedFields,
  };
  return JSON.stringify({ ...rest, metadata });
}

/** With the fifty images and the conditions that a kubelet reports: 12 KB. */
function nodeCalled(name: string): object {
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'topology.kubernetes.io/zone': 'eu-1a',
  };
  return {
    apiVersion: 'v1',
    metadata: { name, labels },
    spec: { podCIDR: '10.0.0.0/24', providerID: `example://${name}` },
    status: { nodeInfo: { kubeletVersion: 'v1.34.1', osImage: 'Linux', architecture: 'amd64' }, conditions, images },
  };
}

const images = Array.from({ length: 50 }, (_, index) => ({
  names: [
    `registry.example.com/team/application-${index}@sha256:${String(index).padStart(64, '0')}`,
    `registry.example.com/team/application-${index}:v1.2.${index}`,
  ],
  sizeBytes: 100_000_000 + index,
}));
const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
  type,
  status: 'False',
  reason: 'KubeletHasSufficient',
  message: 'kubelet has sufficient resources available',
  lastHeartbeatTime: '2026-03-01T12:00:00Z',
  lastTransitionTime: '2026-03-01T12:00:00Z',
}));
