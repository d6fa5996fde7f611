// Who owns which field: the entries of managedFields, in the format of FieldsV1, especially those of server-side applies.
// Source: kubernetes-sigs/structured-merge-diff fieldpath/serialize.go.

import { equal, isObject, type Json, type JsonObject, own } from './json.ts';
import { managedFieldsOf, mayHoldApplies } from './managed-fields.ts';
import { getAt } from './path.ts';
import type { Workload } from './workload.ts';

/** Keys are `f:` and a field, `k:` and the key of a list item, or `.` for the node itself; values are the sets below them. */
export type FieldSet = JsonObject;

/** The entries of server-side applies to the object itself. */
export function applyEntries({ metadata }: Workload): readonly JsonObject[] {
  if (!mayHoldApplies(metadata)) return none;
  return managedFieldsOf(metadata).filter(
    ({ operation, subresource }) => operation === 'Apply' && subresource === undefined,
  );
}

/** Everything that `entries` own, in one tree. */
export function fold(entries: readonly JsonObject[]): FieldSet {
  const sets = entries.map(({ fieldsV1 }) => fieldsV1).filter(isObject);
  return (sets.length === 1 ? sets[0] : mergeSets(sets, deepestField)) ?? {};
}

/** True when an entry owns the field at `path`, or something in it. */
export function entryOwns({ fieldsV1 }: JsonObject, path: string): boolean {
  return isObject(fieldsV1) && holdsPath(fieldsV1, fieldSetKeys(path));
}

const none: readonly JsonObject[] = [];

const owned = new WeakMap<readonly JsonObject[], FieldSet>();

/** True when managedFields are present and no manager owns the field: then a webhook wrote it. */
export function isUnowned({ metadata }: Workload, path: string): boolean {
  const entries = managedFieldsOf(metadata);
  if (entries.length === 0) return false;
  const all = owned.get(entries) ?? fold(entries);
  owned.set(entries, all);
  return !holdsPath(all, fieldSetKeys(path));
}

/** The entries of all other writes to the object itself. */
export function updateEntries({ metadata }: Workload): readonly JsonObject[] {
  return managedFieldsOf(metadata).filter(
    ({ operation, subresource }) => operation === 'Update' && subresource === undefined,
  );
}

/**
 * For a field that an Apply entry owns: whether it was only moved there from an Update entry, which lists defaults too, as kubectl
 * and others do when they switch from client-side to server-side apply. An apply takes a field from others only with a new value.
 */
export function movedBetween(before: Workload, object: Workload): (path: string) => boolean {
  const sets = new Map<readonly JsonObject[], FieldSet>();
  const [appliesBefore, updatesBefore, updates] = [applyEntries(before), updateEntries(before), updateEntries(object)];
  const owns = (entries: readonly JsonObject[], keys: readonly string[]) => {
    const set = sets.get(entries) ?? fold(entries);
    sets.set(entries, set);
    return holdsPath(set, keys);
  };
  return (path) => {
    const keys = fieldSetKeys(path);
    if (owns(appliesBefore, keys) || !owns(updatesBefore, keys) || owns(updates, keys)) return false;
    return equal(getAt(before, path), getAt(object, path));
  };
}

export function holdsPath(set: FieldSet, keys: readonly string[]): boolean {
  let node: Json | undefined = set;
  for (const key of keys) {
    node = isObject(node) ? own(node, key) : undefined;
    if (node === undefined) return false;
  }
  return true;
}

/** `spec.containers[web].image` → `f:spec`, `f:containers`, `k:{"name":"web"}`, `f:image`; below annotations brackets hold a field. */
export function fieldSetKeys(path: string): readonly string[] {
  const keys: string[] = [];
  for (const [, bracketed, plain] of path.matchAll(/\[([^\]]*)(?:\]|$)|([^.[\]]+)/g)) {
    const isItem = bracketed !== undefined && keys.at(-1) !== 'f:annotations';
    keys.push(isItem ? `k:{"name":${JSON.stringify(bracketed)}}` : `f:${bracketed ?? plain}`);
  }
  return keys;
}

// No path that we ask for goes deeper; deeper fields are taken from the first entry that has them.
const deepestField = 12;

function mergeSets(sets: readonly FieldSet[], depth: number): FieldSet {
  const members = new Map<string, FieldSet[]>();
  for (const set of sets) {
    for (const [key, value] of Object.entries(set)) {
      const below = isObject(value) ? value : {};
      const known = members.get(key);
      if (known === undefined) members.set(key, [below]);
      else known.push(below);
    }
  }
  return Object.fromEntries(
    Array.from(members, ([key, below]) => [
      key,
      below.length === 1 || depth === 0 ? (below[0] ?? {}) : mergeSets(below, depth - 1),
    ]),
  );
}
