// The body of a call to plain JSON. unwieldy.ts has checked before that it may be parsed at all.

import { isObject, type Json, type JsonObject } from '../workload/json.ts';
import { type UnparsedEntries, unparsedEntries } from '../workload/managed-fields.ts';
import { HttpError } from './http-error.ts';

/**
 * Plain JSON. A key `__proto__` becomes an own property like any other, because JSON.parse defines and does not assign.
 * Where the review is written as an API server writes it, the managedFields of both objects stay text, and two specs with the same
 * text are one object.
 * @throws HttpError when the body is empty or not JSON.
 */
export function parseReview(body: Buffer | undefined): Json {
  if (body === undefined || body.length === 0) throw new HttpError(400, 'the body is empty: send an AdmissionReview');
  const text = body.toString();
  const { sharedSpec, ...entries } = layoutOf(text);
  const shared = sharedSpec && read(text, { ...entries, sharedSpec });
  const review = shared ?? read(text, entries);
  if (review === undefined)
    throw new HttpError(400, `the body of ${body.length} bytes is not valid JSON, or was truncated on the way`);
  return review;
}

/** undefined where it is not JSON, or has more in it than the layout says. */
function read(text: string, { object, oldObject, sharedSpec }: Layout): Json | undefined {
  try {
    const review = JSON.parse(without(text, [object, oldObject, sharedSpec])) as Json;
    const request = isObject(review) ? review.request : undefined;
    if (!isObject(request)) return review;
    attach(request.object, object);
    attach(request.oldObject, oldObject);
    return sharedSpec === undefined || shareSpec(request.object, request.oldObject) ? review : undefined;
  } catch {
    return undefined;
  }
}

/** A part of the text that is not parsed. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/** `,"managedFields":[…]`. */
interface Entries extends Part {
  readonly text: string;
}

interface Layout {
  readonly object?: Entries | undefined;
  readonly oldObject?: Entries | undefined;
  /** `"spec":{…},` of oldObject, where that of the object has the same text. */
  readonly sharedSpec?: Part | undefined;
}

/**
 * API servers write the objects of their own types in the order of the fields of their Go types: managedFields end the metadata, the
 * spec follows, and then the status. That of custom resources is another one, and so may be another caller's.
 */
function layoutOf(text: string): Layout {
  const head = text.indexOf(appsGroup);
  if (head === -1 || head > longestHead) return {};
  const object = text.indexOf('"object":{"kind":"', head);
  if (object === -1) return {};
  const old = text.indexOf('"oldObject":{"kind":"', object);
  if (old === -1) return { object: entriesOf(text, object, text.length) };
  const [entries, oldEntries] = [entriesOf(text, object, old), entriesOf(text, old, text.length)];
  if (entries === undefined || oldEntries === undefined) return { object: entries, oldObject: oldEntries };
  return { object: entries, oldObject: oldEntries, sharedSpec: sharedSpecIn(text, entries.end, oldEntries.end) };
}

const appsGroup = '"kind":{"group":"apps",';
// Only `kind`, `apiVersion` and the uid come before it.
const longestHead = 256;
const key = ',"managedFields":';
const bracket = 0x5d;

// Quotes within a string are escaped, so what is searched for here is never a part of a string.
function entriesOf(text: string, object: number, limit: number): Entries | undefined {
  const end = text.indexOf(beforeSpec, object);
  const start = text.indexOf(`${key}[{"`, object);
  if (start === -1 || start > end || end > limit || text.charCodeAt(end - 1) !== bracket) return undefined;
  return { start, end, text: text.slice(start + key.length, end) };
}

const beforeSpec = '},"spec":{';
const beforeStatus = '},"status":{';

/** `object` and `old`: where the metadata ends. Most updates leave the spec alone, and it is the most of what is left to parse. */
function sharedSpecIn(text: string, object: number, old: number): Part | undefined {
  const end = text.lastIndexOf(beforeStatus);
  // Up to the status, whose key shows that the texts end at the same place.
  const length = end + beforeStatus.length - old;
  if (end <= old || text.slice(object, object + length) !== text.slice(old, old + length)) return undefined;
  return { start: old + '},'.length, end: end + '},'.length };
}

function without(text: string, parts: readonly (Part | undefined)[]): string {
  let rest = '';
  let at = 0;
  for (const part of parts) {
    if (part === undefined) continue;
    rest += text.slice(at, part.start);
    at = part.end;
  }
  return at === 0 ? text : rest + text.slice(at);
}

type Attachable = JsonObject & { [unparsedEntries]?: UnparsedEntries };

function attach(object: Json | undefined, entries: Entries | undefined): void {
  if (entries === undefined || !isObject(object) || !isObject(object.metadata)) return;
  (object.metadata as Attachable)[unparsedEntries] = { text: entries.text };
}

/** False where something else was cut out with the spec. */
function shareSpec(object: Json | undefined, oldObject: Json | undefined): boolean {
  if (!isObject(object) || !isObject(oldObject) || Object.keys(object).some((field) => !parts.has(field))) return false;
  (oldObject as { spec?: Json | undefined }).spec = object.spec;
  return true;
}

const parts: ReadonlySet<string> = new Set(['kind', 'apiVersion', 'metadata', 'spec', 'status']);
