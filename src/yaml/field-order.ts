// Where an author would write a new field among the existing ones.

import type { Placement } from '../workload/kinds/kind.ts';

/** The places of keys, by the key's path; `[*]` is an item of a list. */
export type FieldOrder = Readonly<Record<string, Placement>>;

/** The keys (and list positions) from the top of the document to a map. */
export type KeyPath = readonly (string | number)[];

export interface Place {
  readonly map: KeyPath;
  readonly order: FieldOrder;
}

/** For each present key, or '' for the place before all of them, the new keys that follow it; in the order given. */
export function inFieldOrder(existing: readonly string[], added: readonly string[], at: Place): Map<string, string[]> {
  const order = [...existing];
  for (const key of added) order.splice(indexFor(key, order, at), 0, key);
  const groups = new Map<string, string[]>();
  let before = '';
  for (const key of order) {
    if (existing.includes(key)) before = key;
    else groups.set(before, [...(groups.get(before) ?? []), key]);
  }
  return groups;
}

function indexFor(key: string, keys: readonly string[], { map, order }: Place): number {
  const path = pathOf([...map, key]);
  const place = Object.hasOwn(order, path) ? order[path] : undefined;
  return (place && indexAt(place, keys)) ?? keys.length;
}

function pathOf(keys: KeyPath): string {
  return keys
    .map((key) => (typeof key === 'number' ? '[*]' : `.${key}`))
    .join('')
    .slice(1);
}

function indexAt(place: Placement, keys: readonly string[]): number | undefined {
  if ('behindLast' in place) return behindLast(keys, place.behindLast);
  if (!('behindFirst' in place)) return beforeFirst(keys, place.before);
  const { past = [], before = [] } = place;
  let index = behindFirst(keys, place.behindFirst);
  if (index === undefined) return beforeFirst(keys, before);
  while (past.includes(keys[index] ?? '')) index += 1;
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

function beforeFirst(order: readonly string[], wanted: readonly string[]): number | undefined {
  const places = wanted.map((key) => order.indexOf(key)).filter((index) => index !== -1);
  return places.length === 0 ? undefined : Math.min(...places);
}
