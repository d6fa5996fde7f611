// A pod template of a custom resource in one form: without what is empty and without the defaults of pods, with quantities as numbers.
// Two templates with the same form make the same pods. Source of the defaults: kubernetes/kubernetes pkg/apis/core/v1/defaults.go.

import { probeDefaults } from '../workload/api-defaults.ts';
import { isObject, type Json, type JsonObject } from '../workload/json.ts';
import { parseQuantity } from '../workload/quantity.ts';

export function meaningOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(meaningOf);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const meaning = quantified.has(key) && isObject(item) ? amountsIn(item) : meaningOf(item ?? null);
    return isEmpty(meaning) || isDefault(value, key, meaning) ? [] : [[key, meaning] as const];
  });
  return Object.fromEntries(entries);
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const quantified: ReadonlySet<string> = new Set(['limits', 'requests']);

function amountsIn(amounts: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, `${parseQuantity(`${amount}`) ?? `${amount}`}`]),
  );
}

// Where Go types leave out false, and what is the same everywhere in a template.
const defaults: Readonly<Record<string, Json>> = {
  ...Object.fromEntries(
    ['hostNetwork', 'hostPID', 'hostIPC', 'stdin', 'stdinOnce', 'tty', 'readOnly'].map((key) => [key, false]),
  ),
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  protocol: 'TCP',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  scheme: 'HTTP',
};

function isDefault(parent: JsonObject, key: string, value: Json): boolean {
  if (Object.hasOwn(defaults, key)) return defaults[key] === value;
  if (key === 'imagePullPolicy') return value === pullPolicyOf(parent.image);
  // In an init container it says something else.
  if (key === 'restartPolicy') return value === 'Always' && Array.isArray(parent.containers);
  const byProbe = Object.entries(probeDefaults).find(([number]) => number === key);
  return byProbe !== undefined && byProbe[1] === value;
}

function pullPolicyOf(image: Json | undefined): string {
  const [, tag] = /^[^@]*?:([^/@:]+)$/.exec(`${image ?? ''}`) ?? [];
  const isLatest = !`${image ?? ''}`.includes('@') && (tag === undefined || tag === 'latest');
  return isLatest ? 'Always' : 'IfNotPresent';
}
