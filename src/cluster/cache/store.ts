// The objects of one kind, reduced to the fields that are read. An object that cannot be read leaves the last good one; one that is too large
// leaves nothing.

import { equal, isObject, type Json, type JsonObject, own } from '../../workload/json.ts';
import {
  type BoundedObjects,
  type Bounds,
  createBoundedObjects,
  type Entry,
  type Group,
  type Trouble,
} from './bounded-objects.ts';
import { type Blame, compare, keyOf } from './list-differences.ts';
import type { Shared } from './sharing.ts';
import type { Sink } from './watch-events.ts';
import { copied } from './weight.ts';

/** The value and its weight without what it shares, or why it could not be read: a sentence. */
export type ReadResult<T> =
  | { readonly value: T; readonly weight: number; readonly shared?: Shared }
  /** It says nothing that is read: as if it did not exist. */
  | { readonly irrelevant: true }
  | { readonly mistake: string; readonly tooLarge?: boolean };

export interface StoreOptions<T> {
  readonly bounds: Bounds;
  readonly read: (object: JsonObject) => ReadResult<T>;
  /** Called when a value has really changed. */
  readonly changed: () => void;
  /**
   * Called once for each new trouble, and without one when it is over. `key`: of an object (`namespace/name` or `name`), or a namespace
   * whose last objects by name are left out.
   */
  readonly mistaken: (key: string, trouble: Trouble | undefined) => void;
}

export interface Store<T> extends Sink {
  /** True where an object of the namespace that is not found does not exist: after a complete list, when nothing was left out. */
  readonly knows: (namespace: string) => boolean;
  /** After the first complete list. */
  readonly isListed: () => boolean;
  /** An object whose fields that are read did not change stays the same one. `namespace`: empty for a kind without. */
  readonly find: (namespace: string, name: string) => T | undefined;
  /** True of one that is not used because its namespace has too many objects, or too large ones. */
  readonly leavesOut: (namespace: string, name: string) => boolean;
  /** By name. It stays the same list until one of them changes, and one that was handed out never changes. */
  readonly inNamespace: (namespace: string) => readonly T[];
  readonly all: () => readonly T[];
  readonly size: () => number;
  /** How many objects cannot be used now; a namespace that leaves some out counts as one. */
  readonly mistakes: () => number;
}

export function createStore<T>({ bounds, read, changed, mistaken }: StoreOptions<T>): Store<T> {
  const overfull = new Set<string>();
  const newHolding = (leftOut: (namespace: string, from: string) => void, former?: BoundedObjects<T>) =>
    createBoundedObjects<T>(bounds, leftOut, former);
  const leftOut = (namespace: string, from: string) => {
    if (overfull.has(namespace)) return;
    overfull.add(namespace);
    mistaken(namespace, { kind: 'left-out', sentence: leftOutFrom(from, bounds) });
  };
  let held = newHolding(leftOut);
  let listed = false;
  const blame: Blame = (key, before, after) => {
    if (before?.sentence !== after?.sentence) mistaken(key, after);
  };
  const entryFor = (object: JsonObject) => {
    const { namespace, name } = addressOf(object);
    const before = held.find(namespace, name);
    const found = read(object);
    return { namespace, before, after: 'irrelevant' in found ? undefined : entryOf(name, found, before) };
  };
  const remove = (object: JsonObject) => {
    const { namespace, name } = addressOf(object);
    const before = held.remove(namespace, name);
    if (before === undefined) return;
    blame(keyOf(namespace, name), before.trouble, undefined);
    if (before.value !== undefined) changed();
  };
  const swap = (staged: BoundedObjects<T>, filled: ReadonlySet<string>) => {
    const differs = compare(held, staged, blame);
    held = staged;
    for (const namespace of [...overfull].filter((one) => !filled.has(one))) {
      overfull.delete(namespace);
      mistaken(namespace, undefined);
    }
    for (const namespace of filled) leftOut(namespace, staged.groups.get(namespace)?.end ?? '');
    if (differs) changed();
  };
  return {
    find: (namespace, name) => held.find(namespace, name)?.value,
    leavesOut: (namespace, name) => held.leavesOut(namespace, name),
    inNamespace: (namespace) => listOf(held.groups.get(namespace)),
    all: () => [...held.groups.values()].flatMap(listOf),
    size: () => held.counts().values,
    mistakes: () => held.counts().troubles + overfull.size,
    hasRoom: () => held.hasRoom(),
    knows: (namespace) => listed && !overfull.has(namespace) && (held.groups.get(namespace)?.unusable ?? 0) === 0,
    isListed: () => listed,
    put: (object) => {
      const { namespace, before, after } = entryFor(object);
      if (after === undefined) return remove(object);
      if (!held.put(namespace, after)) return;
      blame(keyOf(namespace, after.name), before?.trouble, after.trouble);
      if (before?.value !== after.value) changed();
    },
    remove,
    forget: () => {
      swap(newHolding(leftOut), new Set());
      listed = false;
    },
    stage: () => {
      const filled = new Set<string>();
      const staged = newHolding((namespace) => void filled.add(namespace), held);
      return {
        add: (object) => {
          const { namespace, after } = entryFor(object);
          if (after !== undefined) staged.put(namespace, after);
        },
        commit: () => {
          swap(staged, filled);
          listed = true;
        },
      };
    },
  };
}

function leftOutFrom(name: string, { objects, weight }: Bounds): string {
  const most = Number.isFinite(objects) ? `${objects} objects and ${megabytes(weight)}` : megabytes(weight);
  return `too many objects in this namespace, or too large ones: those from "${name}" on are ignored (at most ${most} are used, and less when all namespaces together hold too much)`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

/** What a mistake weighs beside its sentence. */
const troubleWeight = 100;

function entryOf<T>(
  name: string,
  found: Exclude<ReadResult<T>, { irrelevant: true }>,
  before: Entry<T> | undefined,
): Entry<T> {
  if ('mistake' in found) {
    const trouble = { kind: found.tooLarge ? 'left-out' : 'mistake', sentence: copied(found.mistake) } as const;
    const known = found.tooLarge ? undefined : before?.value;
    const weight = troubleWeight + trouble.sentence.length + (known === undefined ? 0 : (before?.weight ?? 0));
    const shared = known === undefined ? undefined : before?.shared;
    return before?.trouble?.sentence === trouble.sentence ? before : { name, value: known, trouble, weight, shared };
  }
  const same = before?.value !== undefined && equal(before.value as Json, found.value as Json);
  if (same && before.trouble === undefined) return before;
  return { name, value: same ? before.value : found.value, weight: found.weight, shared: found.shared };
}

const none: readonly never[] = [];

function listOf<T>(group: Group<T> | undefined): readonly T[] {
  if (group === undefined) return none;
  const list = group.list ?? usable(group);
  group.list = list;
  return list;
}

function usable<T>({ entries, unusable }: Group<T>): readonly T[] {
  // A list that is filtered is longer in memory than it is.
  if (unusable === 0) return entries.map(({ value }) => value as T);
  return entries.map(({ value }) => value).filter((value) => value !== undefined);
}

function addressOf({ metadata }: JsonObject) {
  const [name, namespace] = ['name', 'namespace'].map((key) => (isObject(metadata) ? own(metadata, key) : undefined));
  return { name: String(name), namespace: namespace === undefined ? '' : String(namespace) };
}
