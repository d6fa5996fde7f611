// The objects of one kind, by namespace and name, as many as fit.
//
// Otherwise a writer in one namespace could fill the memory of the webhook. So a namespace holds the first of its objects by
// name, up to a number and a weight; and if all of them together are too heavy, the heaviest namespaces have to make room first.
// Replicas that list the same objects leave out the same ones. Nothing of those is kept, not even the name: they come back with the
// next complete list.

/** One object: what is used of it, and what is wrong with it. */
export interface Entry<T> {
  readonly name: string;
  readonly value?: T | undefined;
  readonly trouble?: Trouble | undefined;
  readonly weight: number;
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
  readonly entries: Entry<T>[];
  weight: number;
  /** How many of the entries have no value. */
  unusable: number;
  /** Objects from this name on are left out. */
  end: string | undefined;
  /** The values that are used, once they have been asked for. */
  list: readonly T[] | undefined;
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

/** `leftOut`: called when a namespace begins to leave something out. */
export function createBoundedObjects<T>(
  bounds: Bounds,
  leftOut: (namespace: string, from: string) => void,
): BoundedObjects<T> {
  const groups = new Map<string, Group<T>>();
  const sum = { weight: 0, values: 0, troubles: 0 };
  let share = bounds.weight;
  let room = false;

  const count = (group: Group<T>, { value, trouble, weight }: Entry<T>, sign: 1 | -1) => {
    group.weight += sign * weight;
    sum.weight += sign * weight;
    if (value !== undefined) sum.values += sign;
    else group.unusable += sign;
    if (trouble !== undefined) sum.troubles += sign;
    group.list = undefined;
  };
  const trim = (namespace: string, group: Group<T>) => {
    const before = group.end;
    while (group.entries.length > bounds.objects || group.weight > share) {
      const last = group.entries.pop();
      if (last === undefined) return;
      count(group, last, -1);
      group.end = last.name;
    }
    if (before === undefined && group.end !== undefined) leftOut(namespace, group.end);
  };
  const trimAll = () => {
    while (sum.weight > bounds.totalWeight && share >= 1) {
      share /= 2;
      for (const [namespace, group] of groups) trim(namespace, group);
    }
  };
  const noticeRoom = ({ entries, end, weight }: Group<T>) => {
    if (end === undefined) return;
    const [objects, most] = [bounds.objects / 2, Math.min(share, bounds.weight) / 2];
    room ||=
      (entries.length <= objects && weight <= most) || (share < bounds.weight && sum.weight <= bounds.totalWeight / 4);
  };
  return {
    groups,
    counts: () => sum,
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
      const group = groups.get(namespace) ?? { entries: [], weight: 0, unusable: 0, end: undefined, list: undefined };
      if (group.end !== undefined && entry.name >= group.end) return false;
      groups.set(namespace, group);
      const place = placeOf(group.entries, entry.name);
      const before = group.entries[place];
      if (before === entry) return true;
      const replaces = before?.name === entry.name;
      if (replaces) count(group, before, -1);
      if (replaces) group.entries[place] = entry;
      else group.entries.splice(place, 0, entry);
      count(group, entry, 1);
      trim(namespace, group);
      trimAll();
      noticeRoom(group);
      return group.end === undefined || entry.name < group.end;
    },
    remove: (namespace, name) => {
      const group = groups.get(namespace);
      const place = placeOf(group?.entries ?? [], name);
      const found = group?.entries[place];
      if (group === undefined || found?.name !== name) return undefined;
      group.entries.splice(place, 1);
      count(group, found, -1);
      noticeRoom(group);
      if (group.entries.length === 0 && group.end === undefined) groups.delete(namespace);
      return found;
    },
  };
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
