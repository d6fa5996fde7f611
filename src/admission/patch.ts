// The JSON Patch from one object to another. Objects that both share are skipped, so the cost depends only on what changed.
// There are no test operations: a failed one refuses the user's request whatever the failurePolicy.

import jsonPatch from 'fast-json-patch';
import { equal, isObject, type Json, type JsonObject } from '../workload/json.ts';

export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

export interface JsonPatch {
  readonly operations: readonly Operation[];
  /** The document before them, with copies of the objects that they change: the caller's own stay as they are. */
  readonly base: JsonObject;
}

/** The operations that turn `from` into `to`. A list of another length is replaced as a whole. */
export function makePatch(from: JsonObject, to: JsonObject): JsonPatch {
  const operations: Operation[] = [];
  const base = compare(from, to, '', operations) as JsonObject;
  return { operations, base };
}

/** The document after the operations. Once for each patch: fast-json-patch mutates what it gets. */
export function applyPatch({ base, operations }: JsonPatch): JsonObject {
  return jsonPatch.applyPatch(base, operations as jsonPatch.Operation[], false, true, true).newDocument;
}

/** Gives `from`, as a copy where an operation changes something directly in it, and along the way to such an object. */
function compare(from: Json, to: Json, path: string, operations: Operation[]): Json {
  if (from === to) return from;
  if (isObject(from) && isObject(to)) return compareObjects(from, to, path, operations);
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length)
    return compareLists(from, to, path, operations);
  if (!equal(from, to)) operations.push({ op: 'replace', path, value: to });
  return from;
}

function compareLists(from: readonly Json[], to: readonly Json[], path: string, operations: Operation[]): Json {
  const before = operations.length;
  const copy = [...from];
  for (let i = 0; i < from.length; i += 1)
    if (from[i] !== to[i]) copy[i] = compare(from[i] as Json, to[i] as Json, `${path}/${i}`, operations);
  return operations.length === before ? from : copy;
}

function compareObjects(from: JsonObject, to: JsonObject, path: string, operations: Operation[]): Json {
  const before = operations.length;
  const copy = { ...from };
  let shared = 0;
  for (const key of Object.keys(to)) {
    const value = to[key] as Json;
    if (!Object.hasOwn(from, key)) {
      operations.push({ op: 'add', path: `${path}/${escapeKey(key)}`, value });
      continue;
    }
    shared += 1;
    // Most members are the same object and need no pointer.
    if (from[key] === value) continue;
    const member = compare(from[key] as Json, value, `${path}/${escapeKey(key)}`, operations);
    if (member !== from[key]) (copy as Record<string, Json>)[key] = member;
  }
  const keys = Object.keys(from);
  if (shared < keys.length) {
    for (const key of keys)
      if (!Object.hasOwn(to, key)) operations.push({ op: 'remove', path: `${path}/${escapeKey(key)}` });
  }
  return operations.length === before ? from : copy;
}

function escapeKey(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}
