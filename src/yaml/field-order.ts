// Where an author would write a new field among the ones that are there.

/** The keys (and list positions) from the top of the document to a map. */
export type Keys = readonly (string | number)[];

/** For each present key, or '' for the place before all of them, the new keys that follow it; in the order given. */
export function placed(existing: readonly string[], added: readonly string[], map: Keys): Map<string, string[]> {
  const order = [...existing];
  for (const key of added) order.splice(indexFor(key, order, map), 0, key);
  const groups = new Map<string, string[]>();
  let before = '';
  for (const key of order) {
    if (existing.includes(key)) before = key;
    else groups.set(before, [...(groups.get(before) ?? []), key]);
  }
  return groups;
}

function indexFor(key: string, order: readonly string[], map: Keys): number {
  if (isContainer(map)) return inContainer(key, order);
  if (map.join('.') === 'spec.template.spec') return beforeFirst(order, ['initContainers', 'containers']);
  if (map.join('.') === 'spec') return inDeploymentSpec(order);
  return order.length;
}

function isContainer(map: Keys): boolean {
  return typeof map.at(-1) === 'number' && /^(initC|c)ontainers$/.test(String(map.at(-2)));
}

const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'];

function inContainer(key: string, order: readonly string[]): number {
  if (key === 'readinessProbe') return behindFirst(order, ['livenessProbe', 'ports']) ?? order.length;
  if (key === 'lifecycle') return behindLast(order, probes) ?? order.length;
  return order.length;
}

const besideReplicas = ['strategy', 'minReadySeconds'];

/** Behind the replicas, and behind those of ours that stand there already. */
function inDeploymentSpec(order: readonly string[]): number {
  let index = behindFirst(order, ['replicas', 'selector']);
  if (index === undefined) return beforeFirst(order, ['template']);
  while (besideReplicas.includes(order[index] ?? '')) index += 1;
  return index;
}

function behindFirst(order: readonly string[], wanted: readonly string[]): number | undefined {
  const found = wanted.find((key) => order.includes(key));
  return found === undefined ? undefined : order.indexOf(found) + 1;
}

function behindLast(order: readonly string[], wanted: readonly string[]): number | undefined {
  const last = Math.max(...wanted.map((key) => order.lastIndexOf(key)));
  return last === -1 ? undefined : last + 1;
}

function beforeFirst(order: readonly string[], wanted: readonly string[]): number {
  const places = wanted.map((key) => order.indexOf(key)).filter((index) => index !== -1);
  return places.length === 0 ? order.length : Math.min(...places);
}
