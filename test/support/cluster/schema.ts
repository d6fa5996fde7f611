// The types of a workload as the API server merges them: which lists have keys, which values are atomic. From the field tags
// of k8s.io/api apps/v1 and core/v1 (listType, listMapKey, structType, patchMergeKey), for the fields that the tests use.

export type Type =
  | { readonly kind: 'scalar' }
  /** A map or list that is replaced as a whole. */
  | { readonly kind: 'atomic' }
  /** `retainsKeys`: a client-side apply that names it keeps the keys of its manifest only. */
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, Type>>; readonly retainsKeys?: true }
  | { readonly kind: 'map' }
  /** `keys` with the value of a key that an item leaves out; `mergeKey` is the one of strategic merge patch. */
  | {
      readonly kind: 'list';
      readonly keys: Readonly<Record<string, string | undefined>>;
      readonly mergeKey: string;
      readonly item: Type;
    };

export const scalar: Type = { kind: 'scalar' };
export const atomic: Type = { kind: 'atomic' };
const map: Type = { kind: 'map' };
export const struct = (fields: Record<string, Type>): Type => ({ kind: 'struct', fields });
export const scalars = (...names: string[]) => Object.fromEntries(names.map((name) => [name, scalar]));
const keyed = (key: string, item: Type): Type => ({ kind: 'list', keys: { [key]: undefined }, mergeKey: key, item });

const httpGet = struct({ ...scalars('host', 'path', 'port', 'scheme'), httpHeaders: atomic });
const exec = struct({ command: atomic });
const tcpSocket = struct(scalars('host', 'port'));

const probe = struct({
  exec,
  httpGet,
  tcpSocket,
  grpc: struct(scalars('port', 'service')),
  ...scalars(
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
    'terminationGracePeriodSeconds',
  ),
});

const hook = struct({ exec, httpGet, tcpSocket, sleep: struct(scalars('seconds')) });

const ports: Type = {
  kind: 'list',
  keys: { containerPort: undefined, protocol: 'TCP' },
  mergeKey: 'containerPort',
  item: struct(scalars('containerPort', 'protocol', 'name', 'hostPort', 'hostIP')),
};

const container = struct({
  ...scalars('name', 'image', 'imagePullPolicy', 'restartPolicy', 'terminationMessagePath', 'terminationMessagePolicy'),
  command: atomic,
  args: atomic,
  ports,
  env: keyed('name', struct(scalars('name', 'value'))),
  resources: struct({ limits: map, requests: map }),
  volumeMounts: keyed('mountPath', struct(scalars('mountPath', 'name', 'readOnly'))),
  readinessProbe: probe,
  livenessProbe: probe,
  startupProbe: probe,
  lifecycle: struct({ preStop: hook, postStart: hook, stopSignal: scalar }),
});

const pod = struct({
  ...scalars(
    'restartPolicy',
    'dnsPolicy',
    'schedulerName',
    'terminationGracePeriodSeconds',
    'hostNetwork',
    'serviceAccountName',
    'serviceAccount',
    'priorityClassName',
  ),
  securityContext: struct(scalars('runAsNonRoot', 'runAsUser', 'fsGroup')),
  nodeSelector: atomic,
  tolerations: atomic,
  containers: keyed('name', container),
  initContainers: keyed('name', container),
  volumes: keyed('name', struct({ name: scalar, emptyDir: struct({}), configMap: struct(scalars('name')) })),
});

/** The whole object. status is a subresource, and only looked at as one thing. `spec`: the fields that only this kind has. */
export const workload = (spec: Record<string, Type>): Type =>
  struct({
    ...scalars('apiVersion', 'kind'),
    status: atomic,
    metadata: struct({
      ...scalars('name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'generateName'),
      labels: map,
      annotations: map,
    }),
    spec: struct({
      ...scalars('replicas', 'minReadySeconds', 'revisionHistoryLimit', 'paused'),
      selector: atomic,
      template: struct({ metadata: struct({ labels: map, annotations: map }), spec: pod }),
      ...spec,
    }),
  });

/** The type below `type` at a field; entries of a map are scalars. */
export function fieldType(type: Type, name: string): Type {
  if (type.kind === 'map') return scalar;
  const found = type.kind === 'struct' ? type.fields[name] : undefined;
  if (found === undefined) throw new Error(`the model of the API server knows no field ${name}`);
  return found;
}
