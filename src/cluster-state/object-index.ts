// Objects found by a key without a look at all of them: a namespace can have many thousands.

import { type Namesakes, viewOf } from './view-list.ts';

/** The objects of `list` with the key. `keyOf` must be the same function at each call, and lists must not change. */
export function withKey<T extends object>(list: readonly T[], keyOf: (object: T) => string, key: string): readonly T[] {
  const view = viewOf(list);
  if (view === undefined) return indexed(list, keyOf, () => Map.groupBy(list, keyOf)).get(key) ?? none;
  const groups = indexed(view.groups, keyOf, () => groupByAny(view.groups, ({ candidates }) => candidates.map(keyOf)));
  return (groups.get(key) ?? none).map(view.choose).filter((object) => keyOf(object) === key);
}

/** The same for objects with several keys, each of them once. */
export function withAnyKey<T extends object>(
  list: readonly T[],
  keysOf: (object: T) => readonly string[],
  key: string,
): readonly T[] {
  const view = viewOf(list);
  if (view === undefined) return indexed(list, keysOf, () => groupByAny(list, keysOf)).get(key) ?? none;
  const keysOfGroup = ({ candidates }: Namesakes<T>) => candidates.flatMap(keysOf);
  const groups = indexed(view.groups, keysOf, () => groupByAny(view.groups, keysOfGroup));
  return (groups.get(key) ?? none).map(view.choose).filter((object) => keysOf(object).includes(key));
}

type Index<T> = ReadonlyMap<string, readonly T[]>;

function indexed<T extends object>(list: readonly T[], keyOf: unknown, build: () => Index<T>): Index<T> {
  if (list.length === 0) return empty;
  const byKeyOf = indexes.get(list) ?? new Map<unknown, unknown>();
  indexes.set(list, byKeyOf);
  const index = (byKeyOf.get(keyOf) as Index<T> | undefined) ?? build();
  byKeyOf.set(keyOf, index);
  return index;
}

function groupByAny<T>(list: readonly T[], keysOf: (object: T) => readonly string[]): Index<T> {
  const index = new Map<string, T[]>();
  for (const object of list) {
    for (const key of new Set(keysOf(object))) {
      const objects = index.get(key);
      if (objects === undefined) index.set(key, [object]);
      else objects.push(object);
    }
  }
  return index;
}

const none: readonly never[] = [];
const empty: Index<never> = new Map();

// By list: a cluster state hands out another one when an object has changed.
const indexes = new WeakMap<readonly object[], Map<unknown, unknown>>();
