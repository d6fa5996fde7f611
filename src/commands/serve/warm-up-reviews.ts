// The reviews of the warm-up: objects of every shape that the code has a way for, written as an API server writes them.

import type { Json, JsonObject } from '../../workload/json.ts';

/** The shapes take turns; each review has a name of its own, so that what is remembered by name does not make it cheaper. */
export function warmUpReview(turn: number): string {
  const make = shapes[turn % shapes.length] as Shape;
  return JSON.stringify(make(`warm-up-${turn}`));
}

type Shape = (name: string) => JsonObject;

/** Of all of them. */
export const warmUpNamespace = 'hitless-warm-up';
const namespace = warmUpNamespace;

const shapes: readonly Shape[] = [
  (name) => created('Deployment', withLastApplied(deployment(name, [web()]))),
  (name) =>
    created('Deployment', deployment(name, [web({ image: 'shop/web:2', command: ['sh', '-c', 'web'] }), proxy])),
  (name) => created('Deployment', deployment(name, [complete()], safe)),
  (name) => created('Deployment', withApply(deployment(name, [worker]), [worker])),
  (name) => created('Deployment', deployment(name, [web()], { strategy: { type: 'Recreate' }, replicas: 1 })),
  (name) => updated(deployment(name, [web()], { replicas: 5 }), deployment(name, [web()])),
  (name) => updated(deployment(name, [web({ image: 'shop/web:2' })]), patched(deployment(name, [web()]))),
  (name) => updated(patched(deployment(name, [web()], { replicas: 5 })), patched(deployment(name, [web()]))),
  (name) => updated(deployment(name, [complete({ image: 'shop/web:2' })], safe), deployment(name, [complete()], safe)),
  (name) => created('StatefulSet', { ...deployment(name, [web()]), kind: 'StatefulSet' }),
  (name) => created('DaemonSet', { ...deployment(name, [web()]), kind: 'DaemonSet' }),
];

const numbers = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const terminated = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' };
const resources = { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } };

function web(more: JsonObject = {}): JsonObject {
  return {
    name: 'web',
    image: 'shop/web:1',
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env: [{ name: 'LOG_LEVEL', value: 'info' }],
    resources,
    volumeMounts: [{ name: 'settings', readOnly: true, mountPath: '/settings' }],
    livenessProbe: { httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' }, ...numbers },
    ...terminated,
    imagePullPolicy: 'IfNotPresent',
    ...more,
  };
}

const proxy: JsonObject = {
  name: 'proxy',
  image: 'shop/proxy:1',
  args: ['--upstream', '127.0.0.1:8080'],
  ports: [{ containerPort: 8443, protocol: 'TCP' }],
  resources: {},
  ...terminated,
  imagePullPolicy: 'Always',
};

const worker: JsonObject = { name: 'worker', image: 'shop/worker:1', resources, ...terminated };

function complete(more: JsonObject = {}): JsonObject {
  const readinessProbe = { httpGet: { path: '/ready', port: 'http', scheme: 'HTTP' }, ...numbers, periodSeconds: 1 };
  return web({ readinessProbe, lifecycle: { preStop: { sleep: { seconds: 15 } } }, ...more });
}

const rollingUpdate = (maxUnavailable: Json, maxSurge: Json) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
});
const safe = rollingUpdate(0, 1);

function deployment(name: string, containers: readonly JsonObject[], spec: JsonObject = {}): JsonObject {
  const labels = { app: 'web' };
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name, namespace, labels, annotations: { team: 'shop' }, managedFields: [entry('Update', containers)] },
    spec: {
      replicas: 4,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          volumes: [{ name: 'settings', configMap: { name: 'web', defaultMode: 420 } }],
          containers,
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 60,
          dnsPolicy: 'ClusterFirst',
          securityContext: { runAsNonRoot: true },
          schedulerName: 'default-scheduler',
        },
      },
      ...rollingUpdate('25%', '25%'),
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
    status: { observedGeneration: 1, replicas: 4, updatedReplicas: 4, availableReplicas: 4 },
  };
}

/** As `kubectl apply` writes it. */
function withLastApplied(object: JsonObject): JsonObject {
  const { status: _status, ...manifest } = object;
  const metadata = object.metadata as JsonObject;
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(manifest) };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** As after a server-side apply of the same. */
function withApply(object: JsonObject, containers: readonly JsonObject[]): JsonObject {
  const metadata = object.metadata as JsonObject;
  return { ...object, metadata: { ...metadata, managedFields: [entry('Apply', containers)] } };
}

function entry(operation: 'Apply' | 'Update', containers: readonly JsonObject[]): JsonObject {
  const fields = containers.map((container) => {
    const own = Object.keys(container).map((key) => [`f:${key}`, {}] as const);
    return [`k:{"name":"${container.name}"}`, { '.': {}, ...Object.fromEntries(own) }] as const;
  });
  const template = { 'f:spec': { 'f:containers': Object.fromEntries(fields) } };
  return {
    manager: 'kubectl',
    operation,
    apiVersion: 'apps/v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:template': template } },
  };
}

/** As it is stored with the fields of an earlier answer. */
function patched(object: JsonObject): JsonObject {
  const { metadata, spec } = object as { readonly [part: string]: JsonObject };
  const { managedFields, ...rest } = metadata ?? {};
  const template = spec?.template as { readonly spec: { readonly containers: readonly JsonObject[] } };
  const [first, ...others] = template.spec.containers;
  const at = 'spec.template.spec.containers[web]';
  const sleep = { seconds: 10 };
  const record = {
    'spec.strategy.rollingUpdate.maxUnavailable': 0,
    [`${at}.lifecycle.preStop.sleep`]: sleep,
  };
  const annotations = { ...(rest.annotations as JsonObject), 'hitless.dev/injected': JSON.stringify(record) };
  const containers = [{ ...first, lifecycle: { preStop: { sleep } } }, ...others];
  return {
    ...object,
    metadata: { ...rest, resourceVersion: '1', generation: 1, annotations, managedFields },
    spec: { ...spec, ...rollingUpdate(0, '25%'), template: { ...template, spec: { ...template.spec, containers } } },
  };
}

function created(kind: string, object: JsonObject): JsonObject {
  return review(kind, object, { operation: 'CREATE', object, oldObject: null });
}

function updated(object: JsonObject, oldObject: JsonObject): JsonObject {
  return review('Deployment', object, { operation: 'UPDATE', object, oldObject });
}

function review(kind: string, object: JsonObject, { operation, ...objects }: JsonObject): JsonObject {
  const { name = '' } = object.metadata as JsonObject;
  const type = { group: 'apps', version: 'v1', kind };
  const resource = { group: 'apps', version: 'v1', resource: `${kind.toLowerCase()}s` };
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: `uid-of-${name}`,
      ...{ kind: type, resource, requestKind: type, requestResource: resource, name, namespace },
      operation: operation ?? '',
      userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      ...objects,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'kubectl' },
    },
  };
}
