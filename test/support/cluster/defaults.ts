// What the API server makes of a workload before anybody sees it: fields that its types leave out when empty, and the defaults
// of pkg/apis/core/v1/defaults.go (Kubernetes 1.37) in its pod template. Those of each kind are beside it in kinds.

import { copy } from './copy.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** Through the Go types and back: null, empty strings, zeros and empty lists are left out where the tag says omitempty. */
export function normalised(object: Any): Any {
  const { managedFields, ...metadata } = object.metadata;
  const result = omitEmpty({ ...object, metadata });
  result.metadata ??= {};
  if (managedFields !== undefined) result.metadata.managedFields = copy(managedFields);
  result.spec ??= {};
  result.spec.template ??= {};
  result.spec.template.metadata ??= {};
  result.spec.template.spec ??= {};
  for (const container of containersOf(result)) normaliseContainer(container);
  return result;
}

/** The object as it was sent: for a world in which nobody fills anything in. */
export function withoutNulls(object: Any): Any {
  if (Array.isArray(object)) return object.map(withoutNulls);
  if (typeof object !== 'object' || object === null) return object;
  const kept = Object.entries(object).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutNulls(value)]));
}

// Pointers to numbers, strings and structs, and fields without omitempty, keep their zero.
const keepsZero = new Set(
  'replicas partition serviceName progressDeadlineSeconds revisionHistoryLimit terminationGracePeriodSeconds maxUnavailable maxSurge port containerPort seconds service name key operator value effect runAsNonRoot runAsUser fsGroup'.split(
    ' ',
  ),
);
const keepsEmpty = new Set(
  'rollingUpdate lifecycle preStop postStart sleep exec httpGet tcpSocket grpc readinessProbe livenessProbe startupProbe securityContext resources emptyDir configMap selector status metadata spec template strategy updateStrategy canary blueGreen'.split(
    ' ',
  ),
);

function omitEmpty(value: Any, isMap = false): Any {
  if (Array.isArray(value)) return value.map((item) => omitEmpty(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([, inner]) => inner !== null && inner !== undefined)
    .map(([name, inner]) => [name, omitEmpty(inner, freeMaps.has(name))] as const)
    .filter(([name, inner]) => isMap || !isEmpty(name, inner));
  return Object.fromEntries(kept);
}

const freeMaps = new Set(['labels', 'annotations', 'matchLabels', 'limits', 'requests', 'nodeSelector']);

function isEmpty(name: string, value: Any): boolean {
  if (value === 0 || value === '' || value === false) return !keepsZero.has(name);
  return typeof value === 'object' && Object.keys(value).length === 0 && !keepsEmpty.has(name);
}

function normaliseContainer(container: Any): void {
  container.resources ??= {};
  const { preStop, postStart } = container.lifecycle ?? {};
  for (const handler of [
    preStop,
    postStart,
    container.readinessProbe,
    container.livenessProbe,
    container.startupProbe,
  ]) {
    if (handler?.sleep) handler.sleep.seconds ??= 0;
    if (handler?.httpGet) handler.httpGet.port ??= 0;
  }
}

export function containersOf({ spec }: Any): Any[] {
  return [...(spec.template?.spec?.initContainers ?? []), ...(spec.template?.spec?.containers ?? [])];
}

/** The pod template of `object`, filled in. */
export function defaultTemplate(object: Any): void {
  defaultPod(object.spec.template.spec);
  for (const container of containersOf(object)) defaultContainer(container);
}

function defaultPod(pod: Any): void {
  pod.restartPolicy ??= 'Always';
  pod.dnsPolicy ??= 'ClusterFirst';
  pod.schedulerName ??= 'default-scheduler';
  pod.securityContext ??= {};
  pod.terminationGracePeriodSeconds ??= 30;
}

function defaultContainer(container: Any): void {
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  container.imagePullPolicy ??= pullPolicy(container.image ?? '');
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const probe of [container.readinessProbe, container.livenessProbe, container.startupProbe]) defaultProbe(probe);
  for (const hook of [container.lifecycle?.preStop, container.lifecycle?.postStart]) defaultHandler(hook);
}

function pullPolicy(image: string): string {
  const tag = image.slice(image.lastIndexOf('/') + 1).split(':')[1] ?? 'latest';
  return tag === 'latest' && !image.includes('@') ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Any): void {
  if (probe === undefined) return;
  probe.timeoutSeconds ??= 1;
  probe.periodSeconds ??= 10;
  probe.successThreshold ??= 1;
  probe.failureThreshold ??= 3;
  defaultHandler(probe);
}

function defaultHandler(handler: Any): void {
  if (handler?.httpGet) {
    handler.httpGet.path ??= '/';
    handler.httpGet.scheme ??= 'HTTP';
  }
  if (handler?.grpc) handler.grpc.service ??= '';
}
