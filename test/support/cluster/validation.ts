// Why the API server refuses a pod template and its selector, as far as our fields go (pkg/apis/core/validation, 1.37). What it
// refuses about the fields of one kind is beside that kind in kinds.

import { containersOf } from './defaults.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export function templateRefusals(object: Any): string[] {
  const { template } = object.spec;
  const pod = template.spec;
  return [
    ...selectorRefusals(object.spec),
    ...((pod.containers ?? []).length === 0 ? ['no containers'] : []),
    ...(pod.restartPolicy === 'Always' ? [] : [`restartPolicy ${pod.restartPolicy}`]),
    ...containersOf(object).flatMap((container) => containerRefusals(container, pod.terminationGracePeriodSeconds)),
    ...twice(containersOf(object).map(({ name }) => name)),
  ];
}

export const isZero = (value: unknown): boolean => value === 0 || value === '0%';

function selectorRefusals({ selector, template }: Any): string[] {
  const wanted = Object.entries(selector?.matchLabels ?? {});
  if (wanted.length === 0) return ['no selector'];
  const { labels = {} } = template.metadata;
  return wanted.every(([key, value]) => labels[key] === value) ? [] : ['selector does not match template labels'];
}

function twice(names: string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `two containers ${name}`);
}

const hookKinds = ['exec', 'httpGet', 'tcpSocket', 'sleep'];
const probeKinds = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

function containerRefusals(
  { name, image, lifecycle, readinessProbe, livenessProbe, startupProbe }: Any,
  grace: number,
): string[] {
  const found: string[] = image === undefined ? [`${name}: no image`] : [];
  for (const hook of [lifecycle?.preStop, lifecycle?.postStart]) {
    if (hook === undefined) continue;
    found.push(...handlers(`${name}: hook`, hook, hookKinds));
    const seconds = hook.sleep?.seconds;
    if (seconds < 0 || seconds > grace) found.push(`${name}: sleep ${seconds} in a grace period of ${grace}`);
  }
  for (const probe of [readinessProbe, livenessProbe, startupProbe])
    if (probe !== undefined) found.push(...handlers(`${name}: probe`, probe, probeKinds), ...probeRefusals(probe));
  if (readinessProbe?.terminationGracePeriodSeconds !== undefined)
    found.push(`${name}: grace period of a readinessProbe`);
  for (const probe of [livenessProbe, startupProbe])
    if (probe !== undefined && probe.successThreshold !== 1) found.push(`${name}: successThreshold must be 1`);
  return found;
}

function handlers(where: string, handler: Any, kinds: string[]): string[] {
  const count = kinds.filter((kind) => handler[kind] !== undefined).length;
  if (count === 0) return [`${where}: must specify a handler type`];
  return count === 1 ? [] : [`${where}: may not specify more than 1 handler type`];
}

function probeRefusals({ httpGet, tcpSocket, grpc, exec, ...numbers }: Any): string[] {
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  const found = Object.entries(numbers)
    .filter(([, value]) => (value as number) < 0)
    .map(([field]) => `${field} below 0`);
  if (exec === undefined && (port === undefined || port === 0)) found.push('a probe without a port');
  return found;
}
