// One mistake in a policy document, as data, and its sentence.

import { closestWord } from '../../text/closest-word.ts';
import { withoutHidden } from '../../text/hidden.ts';
import { truncate } from '../../text/truncate.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';

/** The position of a value in a document: object keys and list indexes from the root. */
export type FieldKeys = readonly (string | number)[];

export interface FieldError {
  /** Used to find the source position. A missing field has the keys that it would have. */
  readonly keys: FieldKeys;
  /** The keys as a readable path: `spec.workloadSelector.matchExpressions[0].key`; empty for the document itself. */
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

/** A key with dots or brackets, such as a label's, is written in brackets. */
function pathOf(keys: FieldKeys): string {
  const parts = keys.map((key) => (typeof key === 'string' && /^[^.[\]]+$/.test(key) ? `.${key}` : `[${key}]`));
  return printable(parts.join('').replace(/^\./, ''));
}

/** A value as a short string in one line. */
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

/** Only this many get a sentence each: finding a suggestion takes time. */
const mostUnknownKeys = 20;

/** `silent`: further known keys, which are not listed in the sentence. */
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
