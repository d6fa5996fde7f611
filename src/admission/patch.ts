// The JSON Patch from one object to another. Objects that both share are skipped, so the cost is that of what was touched.
// No test operation is ever made: a failed one refuses the user's request whatever the failurePolicy.

import jsonPatch from 'fast-json-patch';
import { equal, isObject, type Json, type JsonObject } from '../workload/json.ts';

export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

/** The operations that make `to` out of `from`. A list of another length is replaced whole. */
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
    from.forEach((item: Json, i) => {
      compare(item, to[i] as Json, `${path}/${i}`, operations);
    });
  } else if (!equal(from, to)) operations.push({ op: 'replace', path, value: to });
}

function compareObjects(from: JsonObject, to: JsonObject, path: string, operations: Operation[]): void {
  for (const key of Object.keys(from)) {
    if (!Object.hasOwn(to, key)) operations.push({ op: 'remove', path: `${path}/${escapeKey(key)}` });
  }
  for (const key of Object.keys(to)) {
    const value = to[key] as Json;
    if (!Object.hasOwn(from, key)) operations.push({ op: 'add', path: `${path}/${escapeKey(key)}`, value });
    // Most members are shared by both: no pointer need be built for them.
    else if (from[key] !== value) compare(from[key] as Json, value, `${path}/${escapeKey(key)}`, operations);
  }
}

function escapeKey(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

type Mutable = Record<string, Json>;

/** fast-json-patch writes into the document it gets; the request's own must stay as it came. */
function copyAlong(document: JsonObject, operations: readonly Operation[]): JsonObject {
  const root = { ...document };
  const copied = new Set<unknown>([root]);
  for (const { path } of operations) {
    let parent = root as Mutable;
    for (const key of path.split('/').slice(1, -1).map(unescapeKey)) {
      const child = parent[key];
      if (typeof child !== 'object' || child === null) break; // an earlier operation will have made it
      const copy = copied.has(child) ? child : Array.isArray(child) ? [...child] : { ...child };
      copied.add(copy);
      parent[key] = copy;
      parent = copy as Mutable;
    }
  }
  return root;
}

function unescapeKey(key: string): string {
  return key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key;
}
