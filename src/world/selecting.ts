// The Services that send to the pods of one workload, found without a look at all of them: a namespace can have many thousands.

import type { Service } from '../workload/deployment.ts';
import { hasAll } from '../workload/selector.ts';

type Texts = Readonly<Record<string, string>>;

/** By the first pair of the selector: label key, then value. */
type Index = ReadonlyMap<string, ReadonlyMap<string, readonly Service[]>>;

// By list: a world hands out another one when a Service has changed.
const indexes = new WeakMap<readonly Service[], Index>();

/** Those of `services` whose selector pods with these labels satisfy, in their order. One without a selector selects nothing. */
export function servicesSelecting(services: readonly Service[], labels: Texts): readonly Service[] {
  const index = indexes.get(services) ?? indexOf(services);
  const found: Service[] = [];
  let lists = 0;
  for (const key in labels) {
    const list = index.get(key)?.get(labels[key] ?? '');
    if (list === undefined) continue;
    lists += 1;
    for (const service of list) if (hasAll(service.selector, labels)) found.push(service);
  }
  if (lists < 2 || found.length < 2) return found;
  const chosen = new Set(found);
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
