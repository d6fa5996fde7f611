// What may leave the cluster: a bundle is made of what is listed here field by field, and of nothing else. A value that does not look
// like what its field holds is replaced, because then nobody knows what it is.

import { isIP } from 'node:net';
import { isObject, type Json, own } from '../../workload/json.ts';

/** In place of a value that is not for others. */
export const redacted = '[redacted]';

/** The value as it may be shown. Never throws. */
export type Keep = (value: Json) => Json;

export const anyNumber: Keep = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : redacted);
export const flag: Keep = (value) => (typeof value === 'boolean' ? value : redacted);
export const nothing: Keep = () => redacted;

export function oneOfWords(allowed: readonly string[]): Keep {
  return (value) => (typeof value === 'string' && allowed.includes(value) ? value : redacted);
}

export function matching(pattern: RegExp, longest = 253): Keep {
  return (value) => (typeof value === 'string' && value.length <= longest && pattern.test(value) ? value : redacted);
}

/** The first of these that knows it. */
export function firstKnowing(...keeps: readonly Keep[]): Keep {
  return (value) => keeps.map((keep) => keep(value)).find((kept) => kept !== redacted) ?? redacted;
}

const namePattern = /^[a-z0-9][-.a-z0-9]*$/;

/** Of an object in the cluster, also the beginning of a generated one. It could look like an address, and then it is not shown. */
export const plainName: Keep = (value) =>
  typeof value === 'string' && isIP(value) === 0 ? matching(namePattern)(value) : redacted;
/** `hitless-system/hitless`. */
export const plainNamespacedName = matching(/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-.a-z0-9]*$/, 317);
export const date = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/);
export const versionText = matching(/^v?\d{1,6}\.\d{1,6}\.\d{1,6}(?:[-+][0-9A-Za-z.-]{1,40})?$/);
/** The reasons of conditions, of events and of containers that wait: one word, made for programs. */
export const reasonWord = matching(/^[A-Z][A-Za-z]{1,63}$/);
export const intOrPercent = firstKnowing(anyNumber, matching(/^\d{1,6}%$/));

/** True of what can be a part of a path without leading out of its folder. */
export function isPlainName(text: string): boolean {
  return plainName(text) === text;
}

/** Longer lists say nothing more, and are bounded. */
const mostItems = 200;

export function listOf(keep: Keep, most = mostItems): Keep {
  return (value) => {
    if (!Array.isArray(value)) return redacted;
    const items = value as readonly Json[];
    const kept = items.slice(0, most).map(keep);
    return items.length > most ? [...kept, `and ${items.length - most} more`] : kept;
  };
}

/** Those of its fields that have a row. */
export function fields(rows: Readonly<Record<string, Keep>>): Keep {
  return (value) => {
    if (!isObject(value)) return redacted;
    const found = Object.entries(rows).flatMap(([key, keep]) => {
      const there = own(value, key);
      return there === undefined || there === null ? [] : [[key, keep(there)] as const];
    });
    return Object.fromEntries(found);
  };
}

/** How many members there are, of what is not shown: `2 labels`. */
export function countOf(noun: string): Keep {
  return (value) => {
    const size = isObject(value) ? Object.keys(value).length : Array.isArray(value) ? value.length : 0;
    return `${size} ${noun}, ${redacted}`;
  };
}
