// Plain parsed JSON from the API server or a file, never wrapped in classes, so that unknown fields survive.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** True for an object that is neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property, so that a label key such as `constructor` or `__proto__` finds nothing inherited. */
export function own(object: JsonObject | undefined, key: string): Json | undefined {
  const value: unknown = object?.[key];
  // Plain JSON holds no function, and whatever it inherits is one, or the prototype itself: cheaper than to ask for an own property.
  return typeof value === 'function' || value === Object.prototype ? undefined : (value as Json | undefined);
}

/** The object under `key`; an empty one where there is none. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isObject(value) ? value : {};
}

/** The objects of the list under `key`; none where there is no list. */
export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  const value = own(object, key);
  return Array.isArray(value) ? (value as Json[]).filter(isObject) : [];
}

/** Equal in meaning: the order of keys does not count. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b);
  if (!isObject(a) || !isObject(b)) return false;
  let more = 0;
  for (const key in a) {
    more += 1;
    if (a[key] !== b[key] && !equal(a[key], own(b, key))) return false;
  }
  for (const _key in b) more -= 1;
  return more === 0;
}

function equalLists(a: readonly Json[], b: readonly Json[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (!equal(a[i], b[i])) return false;
  return true;
}

// No field of a workload lies deeper; anything nested deeper stays as it is, so that it cannot exhaust the stack.
const deepest = 100;

/** `value` without null members, which the API server treats as absent; a null in a list is a mistake and stays. Copies only if needed. */
export function withoutNulls(value: Json, depth = 0): Json {
  if (depth > deepest || typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? itemsWithoutNulls(value, depth) : membersWithoutNulls(value as JsonObject, depth);
}

function itemsWithoutNulls(list: readonly Json[], depth: number): readonly Json[] {
  let copy: Json[] | undefined;
  for (const [i, item] of list.entries()) {
    const next = withoutNulls(item, depth + 1);
    if (next === item) continue;
    copy ??= [...list];
    copy[i] = next;
  }
  return copy ?? list;
}

function membersWithoutNulls(object: JsonObject, depth: number): JsonObject {
  let copy: Record<string, Json | undefined> | undefined;
  for (const key in object) {
    const member = object[key];
    const next = member === null || member === undefined ? undefined : withoutNulls(member, depth + 1);
    if (next === member) continue;
    copy ??= { ...object };
    // An own property in the copy, whatever it is called.
    if (next === undefined) delete copy[key];
    else copy[key] = next;
  }
  return copy ?? object;
}

/** True when objects and lists are nested more than `most` levels deep. Not recursive, because such a value exhausts the stack. */
export function isDeeperThan(value: Json | undefined, most: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level
      .filter((item) => typeof item === 'object' && item !== null)
      .flatMap((item) => Object.values(item as object));
  }
  return false;
}
