// The JSON Patch from one object to another. Objects that both share are skipped, so the cost depends only on what changed.
// There are no test operations: a failed one refuses the user's request whatever the failurePolicy.

import jsonPatch from 'fast-json-patch';
import { equal, isObject, type Json, type JsonObject } from '../workload/json.ts';

export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

/** The operations that turn `from` into `to`. A list of another length is replaced as a whole. */
export function makePatch(from: JsonObject, to: JsonObject): readonly Operation[] {
  const operations: Operation[] = [];
  compare(from, to, '', operations);
  return operations;
}

/** `document` after `operations`, which makePatch made for it; only the objects on their paths are copied. */
export function applyPatch(document: JsonObject, operations: readonly Operation[]): JsonObject {
  const copy = copyAlong(document, operations);
  return jsonPatch.applyPatch(copy, operations as jsonPatch.Operation[], false, true, true).newDocument;
}

function compare(from: Json, to: Json, path: string, operations: Operation[]): void {
  if (from === to) return;
  if (isObject(from) && isObject(to)) compareObjects(from, to, path, operations);
  else if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    for (let i = 0; i < from.length; i += 1)
      if (from[i] !== to[i]) compare(from[i] as Json, to[i] as Json, `${path}/${i}`, operations);
  } else if (!equal(from, to)) operations.push({ op: 'replace', path, value: to });
}

function compareObjects(from: JsonObject, to: JsonObject, path: string, operations: Operation[]): void {
  let shared = 0;
  for (const key of Object.keys(to)) {
    const value = to[key] as Json;
    if (!Object.hasOwn(from, key)) {
      operations.push({ op: 'add', path: `${path}/${escapeKey(key)}`, value });
      continue;
    }
    shared += 1;
    // Most members are the same object and need no pointer.
    if (from[key] !== value) compare(from[key] as Json, value, `${path}/${escapeKey(key)}`, operations);
  }
  const keys = Object.keys(from);
  if (shared === keys.length) return;
  for (const key of keys) {
    if (!Object.hasOwn(to, key)) operations.push({ op: 'remove', path: `${path}/${escapeKey(key)}` });
  }
}

function escapeKey(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

type Mutable = Record<string, Json>;

/** fast-json-patch mutates the document it gets; the request's own must stay unchanged. */
function copyAlong(document: JsonObject, operations: readonly Operation[]): JsonObject {
  const root = { ...document };
  // Keyed by JSON pointer, so that an object on the way of several operations is copied once.
  const copies = new Map<string, Mutable>([['', root as Mutable]]);
  for (const { path } of operations) copyUpTo(path.slice(0, path.lastIndexOf('/')), copies);
  return root;
}

/** The copy of the value at `pointer`; undefined where an earlier operation still has to create it. */
function copyUpTo(pointer: string, copies: Map<string, Mutable>): Mutable | undefined {
  const known = copies.get(pointer);
  if (known !== undefined) return known;
  const slash = pointer.lastIndexOf('/');
  const parent = copyUpTo(pointer.slice(0, slash), copies);
  const key = unescapeKey(pointer.slice(slash + 1));
  const child = parent?.[key];
  if (parent === undefined || typeof child !== 'object' || child === null) return undefined;
  const copy = (Array.isArray(child) ? [...child] : { ...child }) as Mutable;
  parent[key] = copy;
  copies.set(pointer, copy);
  return copy;
}

function unescapeKey(key: string): string {
  return key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key;
}
