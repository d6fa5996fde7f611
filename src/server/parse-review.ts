// The body of a call to plain JSON. unwieldy.ts has checked before that it may be parsed at all.

import { isObject, type Json, type JsonObject } from '../workload/json.ts';
import { type UnparsedEntries, unparsedEntries } from '../workload/managed-fields.ts';
import { HttpError } from './http-error.ts';

/**
 * Plain JSON. A key `__proto__` becomes an own property like any other, because JSON.parse defines and does not assign.
 * The managedFields of both objects stay text where they are written as an API server writes them.
 * @throws HttpError when the body is empty or not JSON.
 */
export function parseReview(body: Buffer | undefined): Json {
  if (body === undefined || body.length === 0) throw new HttpError(400, 'the body is empty: send an AdmissionReview');
  const text = body.toString();
  const [object, oldObject] = entriesIn(text);
  try {
    const review = JSON.parse(without(text, object, oldObject)) as Json;
    const request = isObject(review) ? review.request : undefined;
    if (isObject(request)) {
      attach(request.object, object);
      attach(request.oldObject, oldObject);
    }
    return review;
  } catch {
    throw new HttpError(400, `the body of ${body.length} bytes is not valid JSON, or was truncated on the way`);
  }
}

/** A part of the text: `,"managedFields":[…]`. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The managedFields of object and oldObject. API servers write the objects of their own types in the order of the fields of their Go
 * types: managedFields end the metadata, and the spec follows. That of custom resources is another one, and so may be another caller's.
 */
function entriesIn(text: string): readonly [object?: Part | undefined, oldObject?: Part | undefined] {
  const head = text.indexOf(appsGroup);
  if (head === -1 || head > longestHead) return [];
  const object = text.indexOf('"object":{"kind":"', head);
  if (object === -1) return [];
  const old = text.indexOf('"oldObject":{"kind":"', object);
  if (old === -1) return [entriesOf(text, object, text.length)];
  return [entriesOf(text, object, old), entriesOf(text, old, text.length)];
}

const appsGroup = '"kind":{"group":"apps",';
// Only `kind`, `apiVersion` and the uid come before it.
const longestHead = 256;
const key = ',"managedFields":';
const bracket = 0x5d;

// Quotes within a string are escaped, so what is searched for here is never a part of a string.
function entriesOf(text: string, object: number, limit: number): Part | undefined {
  const end = text.indexOf('},"spec":{', object);
  const start = text.indexOf(`${key}[{"`, object);
  if (start === -1 || start > end || end > limit || text.charCodeAt(end - 1) !== bracket) return undefined;
  return { start, end, text: text.slice(start + key.length, end) };
}

function without(text: string, object: Part | undefined, oldObject: Part | undefined): string {
  const parts = [object, oldObject].filter((part) => part !== undefined);
  let rest = '';
  let at = 0;
  for (const { start, end } of parts) {
    rest += text.slice(at, start);
    at = end;
  }
  return at === 0 ? text : rest + text.slice(at);
}

type Attachable = JsonObject & { [unparsedEntries]?: UnparsedEntries };

function attach(object: Json | undefined, part: Part | undefined): void {
  if (part === undefined || !isObject(object) || !isObject(object.metadata)) return;
  (object.metadata as Attachable)[unparsedEntries] = { text: part.text };
}
