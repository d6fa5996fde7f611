// Field paths as people write them, `spec.template.spec.containers[web].readinessProbe`: a key, or in brackets the name of a
// list's item. Reading, and writing by copying only the objects on the way: what is not touched stays the same object.

import { isObject, type Json, type JsonObject, own } from './json.ts';

interface Segment {
  readonly key: string;
  /** True for `[web]`: the item of a list whose `name` is `web`, or, in an object, a key that holds dots. */
  readonly bracketed: boolean;
}

export function containerPath(name: string): string {
  return `spec.template.spec.containers[${name}]`;
}

/** The value at `path`, or undefined. */
export function getAt(root: Json, path: string): Json | undefined {
  let value: Json | undefined = root;
  for (const segment of segments(path)) value = child(value, segment);
  return value;
}

/** `root` with `value` at `path`; objects missing on the way are made, a missing list item throws. */
export function setAt<T extends JsonObject>(root: T, path: string, value: Json): T {
  return write(root, segments(path), 0, value) as T;
}

/** `root` without what is at `path`, and without the objects that this leaves empty on the way up. */
export function removeAt<T extends JsonObject>(root: T, path: string): T {
  return getAt(root, path) === undefined ? root : (write(root, segments(path), 0, undefined) as T);
}

/** `/spec/template/spec/containers/0/lifecycle`: the JSON pointer of `path` in `root`, for a source position or a patch. */
export function keysOf(root: Json, path: string): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  let value: Json | undefined = root;
  for (const segment of segments(path)) {
    keys.push(Array.isArray(value) ? indexByName(value, segment.key) : segment.key);
    value = child(value, segment);
  }
  return keys;
}

function segments(path: string): Segment[] {
  return Array.from(path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g), ([, name, key]) =>
    name === undefined ? { key: key ?? '', bracketed: false } : { key: name, bracketed: true },
  );
}

function child(value: Json | undefined, { key, bracketed }: Segment): Json | undefined {
  if (Array.isArray(value)) return bracketed ? value[indexByName(value, key)] : undefined;
  return isObject(value) ? own(value, key) : undefined;
}

function indexByName(list: readonly Json[], name: string): number {
  return list.findIndex((item) => isObject(item) && item['name'] === name);
}

function write(
  node: Json | undefined,
  path: readonly Segment[],
  depth: number,
  value: Json | undefined,
): Json | undefined {
  const segment = path[depth];
  if (segment === undefined) return value;
  const next = write(child(node, segment), path, depth + 1, value);
  if (Array.isArray(node)) return node.with(indexByName(node, segment.key), next as Json);
  if (segment.bracketed && next !== undefined && !isObject(node ?? {})) throw new Error(`no list item ${segment.key}`);
  const { [segment.key]: _, ...rest } = isObject(node) ? node : {};
  const emptied = next === undefined || (value === undefined && isObject(next) && Object.keys(next).length === 0);
  return emptied ? rest : { ...(isObject(node) ? node : {}), [segment.key]: next };
}
