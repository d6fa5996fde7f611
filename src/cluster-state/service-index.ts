// The few Services that may send to the pods of one workload, found without a look at all of them: a namespace can have many thousands.

import type { Service } from '../workload/kubernetes.ts';
import { viewOf } from './view-list.ts';

type Texts = Readonly<Record<string, string>>;

/** By the first pair of the selector: label key, then value; with the place of each item in its list. */
type Index<T> = ReadonlyMap<string, ReadonlyMap<string, readonly Entry<T>[]>>;

interface Entry<T> {
  readonly item: T;
  readonly place: number;
}

// By list: a cluster state hands out another one when a Service has changed.
const indexes = new WeakMap<readonly object[], Index<object>>();

/** Those of `services` the first pair of whose selector is among `labels`, in their order. One without a selector selects nothing. */
export function servicesSharingLabel(services: readonly Service[], labels: Texts): readonly Service[] {
  const view = viewOf(services);
  if (view === undefined) return sharing(services, one, labels);
  return sharing(view.groups, ({ candidates }) => candidates, labels).map(view.choose);
}

const one = (service: Service): readonly Service[] => [service];

function sharing<T extends object>(items: readonly T[], servicesOf: (item: T) => readonly Service[], labels: Texts) {
  const index = (indexes.get(items) as Index<T> | undefined) ?? indexOf(items, servicesOf);
  const lists = Object.keys(labels).flatMap((key) => {
    const list = Object.hasOwn(labels, key) ? index.get(key)?.get(labels[key] ?? '') : undefined;
    return list === undefined ? [] : [list];
  });
  const [first = []] = lists;
  const entries = lists.length < 2 ? first : [...new Set(lists.flat())].sort((a, b) => a.place - b.place);
  return entries.map(({ item }) => item);
}

function indexOf<T extends object>(items: readonly T[], servicesOf: (item: T) => readonly Service[]): Index<T> {
  const index = new Map<string, Map<string, Entry<T>[]>>();
  for (const [place, item] of items.entries()) {
    const entry = { item, place };
    for (const { selector } of servicesOf(item)) {
      const pair = Object.entries(selector)[0];
      if (pair === undefined) continue;
      const [key, value] = pair;
      const byValue = index.get(key) ?? new Map<string, Entry<T>[]>();
      const list = byValue.get(value) ?? [];
      if (list.at(-1) !== entry) list.push(entry);
      index.set(key, byValue.set(value, list));
    }
  }
  indexes.set(items, index);
  return index;
}
