// The few Services that may send to the pods of one workload, found without a look at all of them: a namespace can have many thousands.

import type { Service } from '../workload/kubernetes.ts';

type Texts = Readonly<Record<string, string>>;

/** By the first pair of the selector: label key, then value. */
type Index = ReadonlyMap<string, ReadonlyMap<string, readonly Service[]>>;

// By list: a cluster state hands out another one when a Service has changed.
const indexes = new WeakMap<readonly Service[], Index>();

/** Those of `services` the first pair of whose selector is among `labels`, in their order. One without a selector selects nothing. */
export function servicesSharingLabel(services: readonly Service[], labels: Texts): readonly Service[] {
  const index = indexes.get(services) ?? indexOf(services);
  const lists = Object.keys(labels).flatMap((key) => {
    const list = Object.hasOwn(labels, key) ? index.get(key)?.get(labels[key] ?? '') : undefined;
    return list === undefined ? [] : [list];
  });
  if (lists.length < 2) return lists[0] ?? [];
  const chosen = new Set(lists.flat());
  return services.filter((service) => chosen.has(service));
}

function indexOf(services: readonly Service[]): Index {
  const index = new Map<string, Map<string, Service[]>>();
  for (const service of services) {
    const pair = Object.entries(service.selector)[0];
    if (pair === undefined) continue;
    const [key, value] = pair;
    const byValue = index.get(key) ?? new Map<string, Service[]>();
    const list = byValue.get(value) ?? [];
    list.push(service);
    index.set(key, byValue.set(value, list));
  }
  indexes.set(services, index);
  return index;
}
