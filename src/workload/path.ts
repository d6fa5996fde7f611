// Field paths as people write them, `spec.template.spec.containers[web].readinessProbe`: keys, and in brackets the name of a
// list's item (its index where nothing has that name) or a key that holds dots. Writing copies only the objects on the way:
// what is not touched stays the same object.

import { isObject, type Json, type JsonObject, own } from './json.ts';

interface Segment {
  readonly key: string;
  readonly bracketed: boolean;
}

/** The path of a container in a Deployment. */
export function containerPath(name: string): string {
  return `spec.template.spec.containers[${name}]`;
}

/** The value at `path`, or undefined. */
export function getAt(root: Json, path: string): Json | undefined {
  let value: Json | undefined = root;
  for (const segment of segments(path)) value = child(value, segment);
  return value;
}

/** `root` with `value` at `path`. Objects missing on the way are made; a missing list item throws. */
export function setAt<T extends JsonObject>(root: T, path: string, value: Json): T {
  return write(root, segments(path), value) as T;
}

/** `root` without what is at `path`, and without the objects on the way that this leaves empty. */
export function removeAt<T extends JsonObject>(root: T, path: string): T {
  return getAt(root, path) === undefined ? root : ((write(root, segments(path), undefined) ?? {}) as T);
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

// Container names are part of paths and come from users, so the memory of parsed paths has an end.
const parsed = new Map<string, readonly Segment[]>();
const parsedLimit = 2_000;

function segments(path: string): readonly Segment[] {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  if (parsed.size >= parsedLimit) parsed.clear();
  const fresh = Array.from(path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g), ([, bracketed, plain]) => ({
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

function indexOf(list: readonly Json[], { key, bracketed }: Segment): number {
  if (!bracketed) return -1;
  const named = list.findIndex((item) => isObject(item) && own(item, 'name') === key);
  return named === -1 && /^\d+$/.test(key) ? Number(key) : named;
}

function write(
  node: Json | undefined,
  [segment, ...rest]: readonly Segment[],
  value: Json | undefined,
): Json | undefined {
  if (segment === undefined) return value;
  const next = write(child(node, segment), rest, value);
  if (Array.isArray(node)) return withItem(node, indexOf(node, segment), next ?? {});
  const { [segment.key]: _, ...others } = isObject(node) ? node : {};
  if (next !== undefined) return { ...(isObject(node) ? node : {}), [segment.key]: next };
  return Object.keys(others).length === 0 ? undefined : others;
}

function withItem(list: readonly Json[], index: number, item: Json): readonly Json[] {
  if (index < 0 || index >= list.length) throw new RangeError(`no such item in a list of ${list.length}`);
  return list.with(index, item);
}
