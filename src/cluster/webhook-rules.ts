// The rules of a webhook's entry: which kinds of workloads API servers send by them, and how the chart writes them.

import { type JsonObject, objectsAt, own } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';

/** As the chart writes them: one for each API group, in the order of the kinds. */
export function rulesFor(kinds: readonly WorkloadKind[]): readonly JsonObject[] {
  const byApi = Map.groupBy(kinds, ({ apiVersion }) => apiVersion);
  return [...byApi.values()].map((alike) => ({
    apiGroups: [...new Set(alike.map(({ group }) => group))],
    apiVersions: [...new Set(alike.map(({ version }) => version))],
    operations: ['CREATE', 'UPDATE'],
    resources: alike.map(({ resource }) => resource),
    scope: 'Namespaced',
  }));
}

/** Whether API servers send objects of this kind because of the entry's rules. */
export function sendsKind(entry: JsonObject, { group, version, resource }: WorkloadKind): boolean {
  return objectsAt(entry, 'rules').some(
    (rule) =>
      names(rule, 'apiGroups', [group, '*']) &&
      names(rule, 'apiVersions', [version, '*']) &&
      names(rule, 'resources', [resource, '*', '*/*']),
  );
}

function names(rule: JsonObject, field: string, wanted: readonly string[]): boolean {
  const values = own(rule, field);
  return Array.isArray(values) && values.some((value) => wanted.includes(`${value}`));
}
