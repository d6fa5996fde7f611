// The objects of one kind, by namespace and name, as many as fit.
//
// Otherwise a writer in one namespace could fill the memory of the webhook. So a namespace holds the first of its objects by
// name, up to a number and a weight; and if all of them together are too heavy, the heaviest namespaces have to make room first.
// Replicas that list the same objects leave out the same ones. Nothing of those is kept, not even the name: they come back with the
// next complete list.

import { createSum, weightIn } from './object-sums.ts';
import { interned, type Shared } from './sharing.ts';

/** One object: what is used of it, and what is wrong with it. */
export interface Entry<T> {
  readonly name: string;
  readonly value?: T | undefined;
  readonly trouble?: Trouble | undefined;
  /** Without what it shares. */
  readonly weight: number;
  /** Its namespace pays for that in full, and all namespaces together once. */
  readonly shared?: Shared | undefined;
}

export interface Trouble {
  /** mistake: the last good version stays. left-out: nothing is used. */
  readonly kind: 'mistake' | 'left-out';
  readonly sentence: string;
}

export interface Bounds {
  /** In one namespace. */
  readonly objects: number;
  readonly weight: number;
  /** Of all namespaces. */
  readonly totalWeight: number;
}

export interface Group<T> {
  /** By name. */
  entries: Entry<T>[];
  weight: number;
  /** How many of the entries have no value. */
  unusable: number;
  /** Objects from this name on are left out. */
  end: string | undefined;
  /** The values that are used, once they have been asked for. */
  list: readonly T[] | undefined;
  /** Who may write to it; nobody when it is also in the list that replaces its own. Others make a copy first. */
  owner: object;
}

export interface BoundedObjects<T> {
  readonly groups: ReadonlyMap<string, Group<T>>;
  readonly find: (namespace: string, name: string) => Entry<T> | undefined;
  /** False when it is left out. */
  readonly put: (namespace: string, entry: Entry<T>) => boolean;
  readonly remove: (namespace: string, name: string) => Entry<T> | undefined;
  /** How many can be used, and how many cannot. */
  readonly counts: () => { readonly values: number; readonly troubles: number };
  /** True of a name from which on its namespace leaves out. */
  readonly leavesOut: (namespace: string, name: string) => boolean;
  /** True when something was left out that may fit by now. */
  readonly hasRoom: () => boolean;
}

/** `leftOut`: called when a namespace begins to leave something out. `former`: what these will replace; groups that are the same are not made again. */
export function createBoundedObjects<T>(
  bounds: Bounds,
  leftOut: (namespace: string, from: string) => void,
  former?: BoundedObjects<T>,
): BoundedObjects<T> {
  const groups = new Map<string, Group<T>>();
  const owner = {};
  const sum = createSum();
  let share = bounds.weight;
  let room = false;
  /** The namespace that the last object was put into. */
  let filling = '';

  const count = (group: Group<T>, entry: Entry<T>, sign: 1 | -1) => {
    group.weight += sign * weightIn(entry);
    if (entry.value === undefined) group.unusable += sign;
    group.list = undefined;
    sum.add(entry, sign);
  };
  const writable = (namespace: string, group: Group<T>) => {
    if (group.owner === owner) return group;
    const copy = { ...group, entries: [...group.entries], owner };
    groups.set(namespace, copy);
    return copy;
  };
  const isFull = ({ entries, weight }: Group<T>) => entries.length > bounds.objects || weight > share;
  const trim = (namespace: string, found: Group<T>) => {
    if (!isFull(found)) return found;
    const group = writable(namespace, found);
    const before = group.end;
    while (isFull(group)) {
      const last = group.entries.pop();
      if (last === undefined) break;
      count(group, last, -1);
      group.end = last.name;
    }
    if (before === undefined && group.end !== undefined) leftOut(namespace, group.end);
    return group;
  };
  const trimAll = () => {
    while (sum.weight() > bounds.totalWeight && share >= 1) {
      share /= 2;
      for (const [namespace, group] of groups) trim(namespace, group);
    }
  };
  const noticeRoom = ({ entries, end, weight }: Group<T>) => {
    if (end === undefined) return;
    const [objects, most] = [bounds.objects / 2, Math.min(share, bounds.weight) / 2];
    room ||=
      (entries.length <= objects && weight <= most) ||
      (share < bounds.weight && sum.weight() <= bounds.totalWeight / 4);
  };
  /** Lists come in order, so nothing more comes into a namespace once another one has begun. */
  const settle = (namespace: string) => {
    const group = groups.get(namespace);
    if (group === undefined || group.owner !== owner) return;
    const before = former?.groups.get(namespace);
    if (before !== undefined && isSame(group, before)) {
      before.owner = nobody;
      groups.set(namespace, before);
    } else if (group.entries.length < grownBy) group.entries = group.entries.slice();
  };
  return {
    groups,
    counts: sum.counts,
    hasRoom: () => room,
    leavesOut: (namespace, name) => {
      const end = groups.get(namespace)?.end;
      return end !== undefined && name >= end;
    },
    find: (namespace, name) => {
      const entries = groups.get(namespace)?.entries ?? [];
      const found = entries[placeOf(entries, name)];
      return found?.name === name ? found : undefined;
    },
    put: (namespace, entry) => {
      if (namespace !== filling) settle(filling);
      filling = namespace;
      const known = groups.get(namespace);
      if (known?.end !== undefined && entry.name >= known.end) return false;
      const place = placeOf(known?.entries ?? [], entry.name);
      const before = known?.entries[place];
      if (before === entry) return true;
      const group = known === undefined ? emptyGroup<T>(owner) : writable(namespace, known);
      if (known === undefined) groups.set(interned(namespace), group);
      const replaces = before?.name === entry.name;
      if (replaces) count(group, before, -1);
      if (replaces) group.entries[place] = entry;
      else if (group.entries.length === 0) group.entries = [entry];
      else group.entries.splice(place, 0, entry);
      count(group, entry, 1);
      trim(namespace, group);
      trimAll();
      noticeRoom(group);
      return group.end === undefined || entry.name < group.end;
    },
    remove: (namespace, name) => {
      const known = groups.get(namespace);
      const place = placeOf(known?.entries ?? [], name);
      const found = known?.entries[place];
      if (known === undefined || found?.name !== name) return undefined;
      const group = writable(namespace, known);
      group.entries.splice(place, 1);
      count(group, found, -1);
      noticeRoom(group);
      if (group.entries.length === 0 && group.end === undefined) groups.delete(namespace);
      return found;
    },
  };
}

/** V8 gives a list that grows room for so many more. */
const grownBy = 16;

const nobody = {};

function emptyGroup<T>(owner: object): Group<T> {
  return { entries: [], weight: 0, unusable: 0, end: undefined, list: undefined, owner };
}

function isSame<T>(one: Group<T>, other: Group<T>): boolean {
  if (one.end !== other.end || one.entries.length !== other.entries.length) return false;
  return one.entries.every((entry, index) => entry === other.entries[index]);
}

/** Where `name` is, or would be. Lists come in order, so most names belong behind the last one. */
function placeOf(entries: readonly { readonly name: string }[], name: string): number {
  let [low, high] = [0, entries.length];
  if (high > 0 && (entries[high - 1]?.name ?? '') < name) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.name ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
