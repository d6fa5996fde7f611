// Values with their type, as structured-merge-diff v6 handles them: the fields of a value, what differs between two, the
// merge of an applied configuration, and the removal of fields.

import { type FieldSet, type Growing, insert, type Node } from './field-sets.ts';
import { fieldType, type Type } from './schema.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** `k:{"containerPort":80,"protocol":"TCP"}`: what an item of a keyed list is called. */
export function itemKey(type: Type & { kind: 'list' }, item: Any): string {
  const keys = Object.keys(type.keys).sort();
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key] ?? type.keys[key]])))}`;
}

interface Child {
  readonly key: string;
  readonly type: Type;
}

/** The children of a value that is merged by parts, in order; undefined for a leaf. */
function childrenOf(type: Type, value: Any): ReadonlyMap<string, Child & { readonly value: Any }> | undefined {
  if (type.kind === 'scalar' || type.kind === 'atomic') return undefined;
  const list =
    type.kind === 'list'
      ? (value ?? []).map((item: Any) => ({ key: itemKey(type, item), type: type.item, value: item }))
      : Object.entries(value ?? {}).map(([name, inner]) => ({
          key: `f:${name}`,
          type: fieldType(type, name),
          value: inner,
        }));
  return new Map(list.map((child: Child & { value: Any }) => [child.key, child]));
}

/** The fields that a manifest holds: those an Apply entry owns. */
export function toFieldSet(type: Type, value: Any): FieldSet {
  const set: Growing = new Map();
  collect(type, value, [], set);
  return set;
}

function collect(type: Type, value: Any, path: readonly string[], set: Growing): void {
  const children = childrenOf(type, value);
  if (children === undefined) {
    insert(set, path);
    return;
  }
  for (const child of children.values()) {
    const below = [...path, child.key];
    collect(child.type, child.value, below, set);
    const emptyMap = typeof child.value === 'object' && !Array.isArray(child.value) && sizeOf(child.value) === 0;
    if (type.kind !== 'struct' || emptyMap) insert(set, below);
  }
}

function sizeOf(value: Any): number {
  return value === null || value === undefined ? 0 : Object.keys(value).length;
}

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** null is there without a value: what a field without omitempty of a new object is. */
export function compare(type: Type, before: Any, after: Any): Comparison {
  const sets = { added: new Map() as Growing, modified: new Map() as Growing, removed: new Map() as Growing };
  walk(type, before, after, [], sets);
  return sets;
}

function walk(type: Type, before: Any, after: Any, path: readonly string[], sets: Record<string, Growing>): void {
  if (sameJson(before, after)) return;
  const emptyOnBoth = sizeOf(before) === 0 && sizeOf(after) === 0;
  const ofBefore = childrenOf(type, before);
  const ofAfter = childrenOf(type, after);
  const mark = (name: string) => path.length > 0 && insert(sets[name] as Growing, path);
  if (before === undefined) mark('added');
  else if (after === undefined) mark('removed');
  else if (ofBefore === undefined || emptyOnBoth) {
    if (!sameJson(before, after)) mark('modified');
  }
  if (ofBefore === undefined || ofAfter === undefined || emptyOnBoth) return;
  for (const key of new Set([...ofBefore.keys(), ...ofAfter.keys()])) {
    const child = (ofBefore.get(key) ?? ofAfter.get(key)) as Child;
    walk(child.type, ofBefore.get(key)?.value, ofAfter.get(key)?.value, [...path, key], sets);
  }
}

/** Equal whatever the order of keys. */
export function sameJson(a: Any, b: Any): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || sizeOf(a) !== sizeOf(b)) return false;
  return Object.keys(a).every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

/** `live` with everything that `applied` says; nothing is taken away here. */
export function mergeApplied(type: Type, live: Any, applied: Any): Any {
  if (applied === undefined) return live;
  if (live === undefined || live === null || type.kind === 'scalar' || type.kind === 'atomic') return applied;
  if (type.kind === 'list') return mergeLists(type, live, applied);
  const result = { ...live };
  for (const [name, value] of Object.entries(applied))
    result[name] = mergeApplied(fieldType(type, name), live[name], value);
  return result;
}

/** The order of visitListItems: the applied order for what both have, the live list's others where they stood. */
function mergeLists(type: Type & { kind: 'list' }, live: Any[], applied: Any[]): Any[] {
  const key = (item: Any) => itemKey(type, item);
  const [ofLive, ofApplied] = [new Map(live.map((i) => [key(i), i])), new Map(applied.map((i) => [key(i), i]))];
  const merged = new Set<string>();
  const result: Any[] = [];
  const shared = applied.map(key).filter((k) => ofLive.has(k));
  const take = (k: string) => {
    merged.add(k);
    result.push(mergeApplied(type.item, ofLive.get(k), ofApplied.get(k)));
  };
  for (let l = 0, r = 0; l < live.length || r < applied.length; ) {
    const [inLive, inApplied] = [live[l] && key(live[l]), applied[r] && key(applied[r])];
    if (inLive !== undefined && inLive === inApplied) {
      take(inLive);
      shared.shift();
      l++;
      r++;
    } else if (inLive && inApplied && ofApplied.has(inLive) && shared[0] !== undefined && shared[0] !== inLive) l++;
    else if (inLive !== undefined && !ofApplied.has(inLive)) {
      result.push(live[l]);
      l++;
    } else {
      if (inLive !== undefined && merged.has(inLive)) l++;
      if (inApplied === undefined) continue;
      take(inApplied);
      r++;
      if (shared[0] === inApplied) shared.shift();
    }
  }
  return result;
}

/** `value` without the paths of `set`; what becomes empty is null, as in the original, and goes with the next encoding. */
export function removeItems(type: Type, value: Any, set: FieldSet): Any {
  const children = childrenOf(type, value);
  if (children === undefined) return type.kind === 'atomic' ? null : value;
  const kept = [...children.values()].flatMap((child) => {
    const { member, children: below } = set.get(child.key) ?? ({ member: false, children: new Map() } as Node);
    if (member) return [];
    return [{ ...child, value: below.size === 0 ? child.value : removeItems(child.type, child.value, below) }];
  });
  if (kept.length === 0) return null;
  if (type.kind === 'list') return kept.map((child) => child.value);
  return Object.fromEntries(kept.map((child) => [child.key.slice(2), child.value]));
}

/** The set with every named field above one of its paths, but not the entries of maps and lists. */
export function withNamedFields(type: Type, set: FieldSet): FieldSet {
  return new Map(
    [...set].map(([key, { member, children }]) => {
      const inner = type.kind === 'list' ? type.item : type.kind === 'struct' ? fieldType(type, key.slice(2)) : type;
      const named = type.kind === 'struct' && children.size > 0;
      return [key, { member: member || named, children: withNamedFields(inner, children) }];
    }),
  );
}

/** What has types here: the object without managedFields and status. */
export const bare = ({ metadata: { managedFields: _managed, ...metadata }, status: _status, ...object }: Any) => ({
  ...object,
  metadata,
});
