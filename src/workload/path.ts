// Field paths as people write them, `spec.template.spec.containers[web].readinessProbe`: keys, and in brackets the name of a
// list's item (its index where no item has that name) or a key that contains dots. Writing copies only the objects on the path:
// everything else stays the same object.

import { isObject, type Json, type JsonObject, own } from './json.ts';
import { createMemory } from './memory.ts';

interface Segment {
  readonly key: string;
  readonly bracketed: boolean;
}

/** The path of the object that contains `path`'s last key. */
export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('.'));
}

/** The last key of `path`: the field's own name. */
export function lastKey(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The value at `path`, or undefined. */
export function getAt(root: Json, path: string): Json | undefined {
  let value: Json | undefined = root;
  for (const segment of segments(path)) value = child(value, segment);
  return value;
}

/** `root` with `value` at `path`. Objects missing on the way are created; a missing list item throws. */
export function setAt<T extends JsonObject>(root: T, path: string, value: Json): T {
  return setAll(root, [{ path, value }]);
}

/** A value for a field; undefined removes the field. */
export interface FieldChange {
  readonly path: string;
  readonly value: Json | undefined;
}

/**
 * `root` with every change applied; an object on the way of several changes is copied once. Removing a field also removes the
 * objects on its way that this leaves empty.
 */
export function setAll<T extends JsonObject>(root: T, changes: readonly FieldChange[]): T {
  if (changes.length === 0) return root;
  const ours = new Set<unknown>();
  let document = root;
  for (const { path, value } of changes) {
    if (value === undefined && getAt(document, path) === undefined) continue;
    document = (write({ path: segments(path), value, ours }, document, 0) ?? {}) as T;
  }
  return document;
}

/** `root` without the value at `path`, and without the objects on the way that this leaves empty. */
export function removeAt<T extends JsonObject>(root: T, path: string): T {
  return setAll(root, [{ path, value: undefined }]);
}

/** The keys and indexes that lead to `path` in `root`; a missing list item is index -1. */
export function keysOf(root: Json, path: string): readonly (string | number)[] {
  let value: Json | undefined = root;
  return segments(path).map((segment) => {
    const key = Array.isArray(value) ? indexOf(value, segment) : segment.key;
    value = child(value, segment);
    return key;
  });
}

// Container names are part of paths and come from users.
const parsed = createMemory<readonly Segment[]>(10_000);

function segments(path: string): readonly Segment[] {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  const fresh = Array.from(path.matchAll(/\[([^\]]*)(?:\]|$)|([^.[\]]+)/g), ([, bracketed, plain]) => ({
    key: bracketed ?? plain ?? '',
    bracketed: bracketed !== undefined,
  }));
  parsed.set(path, fresh);
  return fresh;
}

function child(value: Json | undefined, segment: Segment): Json | undefined {
  if (Array.isArray(value)) return value[indexOf(value, segment)];
  return isObject(value) ? own(value, segment.key) : undefined;
}

/** By name, else by position. */
function indexOf(list: readonly Json[], { key, bracketed }: Segment): number {
  if (!bracketed) return -1;
  const named =
    list.length > shortList ? (positionsOf(list).get(key) ?? -1) : list.findIndex((item) => nameOf(item) === key);
  return named === -1 && /^\d+$/.test(key) ? Number(key) : named;
}

// Every item of a long list is looked up: searching from the start each time would be quadratic.
const shortList = 16;
const positions = new WeakMap<readonly Json[], ReadonlyMap<string, number>>();

/** Also valid for copies made here: names and positions do not change in them. */
function positionsOf(list: readonly Json[]): ReadonlyMap<string, number> {
  const known = positions.get(list);
  if (known !== undefined) return known;
  const fresh = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const name = nameOf(item);
    if (typeof name === 'string' && !fresh.has(name)) fresh.set(name, index);
  }
  positions.set(list, fresh);
  return fresh;
}

function nameOf(item: Json): Json | undefined {
  return isObject(item) ? own(item, 'name') : undefined;
}

interface Writing {
  readonly path: readonly Segment[];
  readonly value: Json | undefined;
  /** The copies made so far, which may be mutated. */
  readonly ours: Set<unknown>;
}

/** Undefined when nothing is left of `node`. */
function write(writing: Writing, node: Json | undefined, depth: number): Json | undefined {
  const segment = writing.path[depth];
  if (segment === undefined) return writing.value;
  const next = write(writing, child(node, segment), depth + 1);
  if (next === undefined && !Array.isArray(node)) return withoutKey(node, segment.key, writing.ours);
  const copy = copyOf(node, writing.ours);
  if (Array.isArray(copy)) copy[itemOf(copy, segment)] = next ?? {};
  else (copy as Record<string, Json>)[segment.key] = next as Json;
  return copy;
}

/** Made without the key: an object from which one was deleted is slow from then on. */
function withoutKey(node: Json | undefined, key: string, ours: Set<unknown>): JsonObject | undefined {
  const { [key]: _removed, ...copy } = isObject(node) ? node : {};
  if (Reflect.ownKeys(copy).length === 0) return undefined;
  ours.add(copy);
  return copy;
}

function copyOf(node: Json | undefined, ours: Set<unknown>): Json {
  if (node !== undefined && ours.has(node)) return node;
  const copy = Array.isArray(node) ? [...node] : { ...(isObject(node) ? node : {}) };
  ours.add(copy);
  return copy;
}

function itemOf(list: readonly Json[], segment: Segment): number {
  const index = indexOf(list, segment);
  if (index < 0 || index >= list.length) throw new RangeError(`no item ${segment.key} in a list of ${list.length}`);
  return index;
}
