// One mistake in a policy document, as data, and the sentence that tells it.

import { closestWord } from '../../text/closest-word.ts';
import { withoutHidden } from '../../text/hidden.ts';
import { truncate } from '../../text/truncate.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';

/** Where a value stands in a document: object keys and list indexes from the root. */
export type FieldKeys = readonly (string | number)[];

export interface FieldError {
  /** For a source position. A missing field has the keys that it would have. */
  readonly keys: FieldKeys;
  /** The same for people: `spec.workloadSelector.matchExpressions[0].key`; empty for the document itself. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  readonly suggestion?: string;
}

export function fieldError(keys: FieldKeys, found: string, allowed: string, suggestion?: string): FieldError {
  return { keys, path: pathOf(keys), found, allowed, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** One line without a file name: `spec.preStopSleep.seconds: found 0; allowed: a whole number from 1 to 3600`. */
export function sentence({ path, found, allowed, suggestion }: FieldError): string {
  const question = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
  return `${path === '' ? 'document' : path}: found ${found}; allowed: ${allowed}${question}`;
}

/** A key that holds dots or brackets, such as a label's, is written in brackets. */
function pathOf(keys: FieldKeys): string {
  const parts = keys.map((key) => (typeof key === 'string' && /^[^.[\]]+$/.test(key) ? `.${key}` : `[${key}]`));
  return printable(parts.join('').replace(/^\./, ''));
}

/** A value as short text in one line. */
export function show(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return value === '' ? 'an empty string' : 'nothing';
  if (Array.isArray(value)) return 'a list';
  return isObject(value)
    ? 'an object'
    : printable(JSON.stringify(typeof value === 'string' ? value.slice(0, 200) : value));
}

/** At most 80 characters, and no control characters: an API server drops a warning that has one. */
export function printable(text: string): string {
  return withoutHidden(truncate(text, 80));
}

/** So many get a sentence each: to find out what somebody meant takes time. */
const mostUnknownKeys = 20;

/** `silent`: more keys that get no sentence here, and are not advertised. */
export function unknownKeys(
  object: JsonObject,
  known: readonly string[],
  at: FieldKeys,
  silent: readonly string[] = [],
): FieldError[] {
  const strange = Object.keys(object).filter((key) => !known.includes(key) && !silent.includes(key));
  const mistakes = strange
    .slice(0, mostUnknownKeys)
    .map((key) => fieldError([...at, key], 'an unknown key', known.join(', '), closestWord(key, known)));
  const rest = strange.length - mistakes.length;
  return rest === 0 ? mistakes : [...mistakes, fieldError(at, `${rest} more unknown keys`, known.join(', '))];
}
