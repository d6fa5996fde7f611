// What an API server does around our webhook, as far as our fields go: defaults, the merge of each client, managedFields,
// validation. Written from its documented behaviour, apart from src, so that the two check each other.

import type { Deployment } from '../../src/workload/workload.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are the subject here
type Any = any;

export function clone<T>(value: T): T {
  return structuredClone(value);
}

/** The object with the defaults that the API server fills in. */
export function defaulted(manifest: Any): Deployment {
  const object = clone(manifest);
  object.apiVersion ??= 'apps/v1';
  object.kind ??= 'Deployment';
  object.metadata ??= {};
  object.metadata.namespace ??= 'default';
  const spec = object.spec;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  spec.strategy ??= {};
  spec.strategy.type ??= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  if (spec.minReadySeconds === 0) delete spec.minReadySeconds;
  const pod = spec.template.spec;
  pod.restartPolicy ??= 'Always';
  pod.dnsPolicy ??= 'ClusterFirst';
  pod.schedulerName ??= 'default-scheduler';
  pod.securityContext ??= {};
  pod.terminationGracePeriodSeconds ??= 30;
  for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) defaultContainer(container);
  return object;
}

function defaultContainer(container: Any): void {
  container.resources ??= {};
  container.terminationMessagePath ??= '/dev/termination-log';
  container.imagePullPolicy ??= 'IfNotPresent';
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const probe of [container.readinessProbe, container.livenessProbe, container.startupProbe]) {
    if (probe === undefined) continue;
    probe.timeoutSeconds ??= 1;
    probe.periodSeconds ??= 10;
    probe.successThreshold ??= 1;
    probe.failureThreshold ??= 3;
    if (probe.initialDelaySeconds === 0) delete probe.initialDelaySeconds;
    defaultHandler(probe);
  }
  if (container.lifecycle?.preStop) defaultHandler(container.lifecycle.preStop);
}

function defaultHandler(handler: Any): void {
  if (handler.httpGet) {
    handler.httpGet.path ??= '/';
    handler.httpGet.scheme ??= 'HTTP';
  }
  if (handler.grpc) handler.grpc.service ??= '';
}

/** Why the API server would refuse the object; empty when it would not. */
export function refusals(object: Any): string[] {
  const found: string[] = [];
  const { strategy, minReadySeconds = 0, progressDeadlineSeconds, template } = object.spec;
  const zero = (value: unknown) => value === 0 || value === '0%';
  if (strategy.type === 'Recreate' && strategy.rollingUpdate !== undefined) found.push('rollingUpdate with Recreate');
  if (strategy.rollingUpdate && zero(strategy.rollingUpdate.maxSurge) && zero(strategy.rollingUpdate.maxUnavailable)) {
    found.push('maxSurge and maxUnavailable both 0');
  }
  if (minReadySeconds >= progressDeadlineSeconds) found.push('minReadySeconds at or above the deadline');
  for (const container of template.spec.containers)
    found.push(...containerRefusals(container, template.spec.terminationGracePeriodSeconds));
  return found;
}

function containerRefusals({ name, lifecycle, readinessProbe }: Any, grace: number): string[] {
  const found: string[] = [];
  const count = (object: Any, kinds: string[]) => kinds.filter((kind) => object[kind] !== undefined).length;
  if (lifecycle?.preStop && count(lifecycle.preStop, ['exec', 'httpGet', 'tcpSocket', 'sleep']) !== 1)
    found.push(`${name}: preStop handlers`);
  if (readinessProbe && count(readinessProbe, ['exec', 'httpGet', 'tcpSocket', 'grpc']) !== 1)
    found.push(`${name}: readiness handlers`);
  const seconds = lifecycle?.preStop?.sleep?.seconds ?? 0;
  if (seconds < 0 || seconds > grace) found.push(`${name}: sleep ${seconds} in grace ${grace}`);
  if (readinessProbe?.terminationGracePeriodSeconds !== undefined) found.push(`${name}: grace on readiness`);
  return found;
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** `kubectl create`: no proof of what was written. */
export function create(manifest: Any): Deployment {
  return { ...defaulted(manifest), status: {} } as Deployment;
}

/** `kubectl apply`: last-applied-configuration; fields of the last manifest that the new one lacks go, all others stay. */
export function clientSideApply(manifest: Any, live?: Any): Deployment {
  const text = JSON.stringify(manifest);
  const annotated = clone(manifest);
  annotated.metadata.annotations = { ...annotated.metadata.annotations, [lastApplied]: text };
  if (live === undefined) return create(annotated);
  const before = JSON.parse(live.metadata.annotations?.[lastApplied] ?? '{}');
  const merged = merge(live, before, annotated);
  // kubectl sends $retainKeys for strategy: keys that the manifest lacks go.
  const retained = Object.keys(manifest.spec.strategy ?? {});
  if (retained.length > 0)
    merged.spec.strategy = Object.fromEntries(retained.map((key) => [key, merged.spec.strategy[key]]));
  return defaulted(merged);
}

/** `kubectl apply --server-side`: an Apply entry in managedFields lists what was sent. */
export function serverSideApply(manifest: Any, live?: Any, manager = 'kubectl'): Deployment {
  const entries = (live?.metadata.managedFields ?? []).filter((entry: Any) => entry.manager !== manager);
  const applied = { ...clone(manifest), metadata: { ...clone(manifest.metadata) } };
  const before =
    live === undefined ? {} : (live.metadata.managedFields ?? []).find((entry: Any) => entry.manager === manager)?.sent;
  const merged = live === undefined ? applied : merge(live, before ?? {}, applied);
  merged.metadata.managedFields = [...entries, applyEntry(manager, clone(manifest))];
  return defaulted(merged);
}

/** `sent` stands in for the field set when fields are taken away again; a real entry has fieldsV1 alone. */
function applyEntry(manager: string, sent: Any): Any {
  const { name: _name, namespace: _namespace, ...metadata } = sent.metadata ?? {};
  return { manager, operation: 'Apply', fieldsV1: fieldSet({ metadata, spec: sent.spec }), sent };
}

/** Another client's write takes the fields that it changes or removes away from those who applied them. */
function disown(live: Any, next: Any): Any[] {
  return (live.metadata.managedFields ?? []).map(({ manager, sent }: Any) =>
    applyEntry(manager, unchanged(sent, live, next) ?? {}),
  );
}

function unchanged(sent: Any, live: Any, next: Any): Any {
  if (Array.isArray(sent)) {
    const key = keyOf(sent);
    if (key === undefined) return JSON.stringify(live) === JSON.stringify(next) ? sent : undefined;
    const find = (list: Any, item: Any) =>
      Array.isArray(list) ? list.find((other) => key(other) === key(item)) : undefined;
    return sent.map((item) => unchanged(item, find(live, item), find(next, item))).filter((item) => item !== undefined);
  }
  if (typeof sent !== 'object' || sent === null)
    return JSON.stringify(live) === JSON.stringify(next) ? sent : undefined;
  if (next === undefined) return undefined;
  const entries = Object.entries(sent).map(([key, value]) => [key, unchanged(value, live?.[key], next?.[key])]);
  const kept = entries.filter(([, value]) => value !== undefined);
  return kept.length === 0 && entries.length > 0 ? undefined : Object.fromEntries(kept);
}

/** PUT: the stored object is replaced by what the client holds; metadata that the server keeps stays. */
export function put(manifest: Any, live: Any): Deployment {
  const object = defaulted(manifest);
  return { ...object, metadata: { ...object.metadata, managedFields: disown(live, object) } } as Deployment;
}

/** A client that reads, changes and writes back. */
export function edit(live: Any, change: (object: Any) => void): Deployment {
  const object = clone(live);
  change(object);
  return defaulted({ ...object, metadata: { ...object.metadata, managedFields: disown(live, object) } });
}

/** Lists whose items have a key of their own. */
function keyOf(list: Any[]): ((item: Any) => string) | undefined {
  if (!list.every((item) => typeof item === 'object' && item !== null)) return undefined;
  if (list.every((item) => item.containerPort !== undefined))
    return (item) => `${item.containerPort}/${item.protocol ?? 'TCP'}`;
  return list.every((item) => item.name !== undefined) ? (item) => item.name : undefined;
}

function merge(live: Any, before: Any, next: Any): Any {
  if (Array.isArray(next))
    return mergeLists(Array.isArray(live) ? live : [], Array.isArray(before) ? before : [], next);
  if (typeof next !== 'object' || next === null) return clone(next);
  const result: Any = typeof live === 'object' && live !== null && !Array.isArray(live) ? clone(live) : {};
  // What the last apply held and this one does not goes whole, with all that stood beside it.
  for (const key of Object.keys(before ?? {})) if (next[key] === undefined) delete result[key];
  for (const [key, value] of Object.entries(next)) result[key] = merge(result[key], before?.[key], value);
  return result;
}

function mergeLists(live: Any[], before: Any[], next: Any[]): Any[] {
  const key = keyOf([...live, ...before, ...next]);
  if (key === undefined) return clone(next);
  const find = (list: Any[], item: Any) => list.find((other) => key(other) === key(item));
  const foreign = live.filter((item) => find(next, item) === undefined && find(before, item) === undefined);
  return [...next.map((item) => merge(find(live, item), find(before, item), item)), ...clone(foreign)];
}

function fieldSet(value: Any): Any {
  if (Array.isArray(value)) {
    if (!value.every((item) => item?.name !== undefined || item?.containerPort !== undefined)) return {};
    return Object.fromEntries(value.map((item) => [itemKey(item), { '.': {}, ...fieldSet(item) }]));
  }
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fieldSet(inner)]));
}

function itemKey(item: Any): string {
  const key =
    item.containerPort === undefined
      ? { name: item.name }
      : { containerPort: item.containerPort, protocol: item.protocol ?? 'TCP' };
  return `k:${JSON.stringify(key)}`;
}
