// The objects of one measurement, as an ordinary author would write them: nothing in them prevents a loss.

import type { JsonObject } from '../../workload/json.ts';
import type { Workload } from '../../workload/workload.ts';
import { labKindOf } from './lab-kinds.ts';
import type { LabRow } from './result.ts';
import { additionsFor } from './ways-to-leave/ways.ts';

/** The DNS server of a cluster. */
export interface ClusterDns {
  /** An IP address. */
  readonly address: string;
  /** Such as `cluster.local`. */
  readonly domain: string;
}

/** How the pods of the experiment are made. */
export interface PodSettings {
  readonly namespace: string;
  readonly image: string;
  /** With the programs of rows through a gateway; absent: the usual one. */
  readonly gatewayImage?: string;
  /** Which a proxy asks for the addresses of pods; absent: what the kubelet knows. */
  readonly gatewayDns?: ClusterDns;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** How long the test application takes to listen, and to handle a request. */
  readonly startUpMs: number;
  readonly workMs: number;
  /** For rows that cordon a node: there is no other one that could take the pods. */
  readonly toleratesCordon?: boolean;
  /** Further arguments of the test application; they take precedence. */
  readonly testAppArgs?: readonly string[];
}

export const ports = { http: 8080, grpc: 8081, load: 8080 } as const;
/** Of the Service. */
export const servicePorts = { http: 80, grpc: 81 } as const;

/** The labels of every object of the lab. */
export const labLabels = { 'app.kubernetes.io/managed-by': 'hitless-lab' };
export const container = {
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
};
export const pod = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 65532,
    runAsGroup: 65532,
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

export function namespaceObject(name: string, labels: Readonly<Record<string, string>>): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...labLabels, ...labels } } };
}

/** The workload that rolls, behind `service`. */
export function testAppWorkload(name: string, row: LabRow, settings: PodSettings, service = name): Workload {
  const { namespace, image, imagePullPolicy, startUpMs, workMs, testAppArgs = [] } = settings;
  const labels = { ...labLabels, app: name };
  const added = additionsFor(row, settings);
  const args = ['test-app', '--port', `${ports.http}`, '--grpc-port', `${ports.grpc}`, '--start-up-ms', `${startUpMs}`];
  const testApp = {
    ...container,
    name: 'test-app',
    image,
    imagePullPolicy,
    args: [
      ...args,
      '--work-ms',
      `${workMs}`,
      '--on-sigterm',
      row.drains ? 'drain' : 'end',
      ...added.args,
      ...testAppArgs,
    ],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    ports: [
      { name: 'http', containerPort: ports.http },
      { name: 'grpc', containerPort: ports.grpc },
    ],
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
    ...added.container,
    ...(row.fixes === 'advised' && { readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 } }),
  };
  const { kind, spec } = labKindOf(row);
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name, namespace, labels },
    spec: {
      ...(kind.replicas && { replicas: row.replicas }),
      ...spec(service),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels }, spec: { ...pod, ...added.spec, containers: [testApp] } },
    },
  };
}

/** `app` are the pods it sends to. */
export function testAppService(name: string, namespace: string, app = name): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { ...labLabels } },
    spec: {
      selector: { app },
      ports: [
        { name: 'http', port: servicePorts.http, targetPort: 'http' },
        { name: 'grpc', port: servicePorts.grpc, targetPort: 'grpc' },
      ],
    },
  };
}

/** What a load pod needs of them. */
export type LoadPodSettings = Pick<PodSettings, 'namespace' | 'image' | 'imagePullPolicy'> & {
  /** After so many seconds without an instruction it ends by itself. */
  readonly idleSeconds?: number;
};

/** A load pod has its own address, and therefore its own connection tracking entries. */
export function loadPod(name: string, { namespace, image, imagePullPolicy, idleSeconds }: LoadPodSettings): JsonObject {
  const load = {
    ...container,
    name: 'load',
    image,
    imagePullPolicy,
    args: ['load', '--port', `${ports.load}`, ...(idleSeconds === undefined ? [] : ['--idle-exit', `${idleSeconds}`])],
    ports: [{ name: 'control', containerPort: ports.load }],
    readinessProbe: { httpGet: { path: '/healthz', port: 'control' }, periodSeconds: 1 },
    resources: { requests: { cpu: '200m', memory: '96Mi' } },
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...labLabels, load: name } },
    spec: { ...pod, restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [load] },
  };
}
