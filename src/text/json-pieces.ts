// JSON with long lists, piece by piece: a report on a large repository is longer than a string may be.

import { visibleLines } from './hidden.ts';

/** A list in JSON of which the items are made when their turn comes. */
export interface LongList {
  readonly items: Iterable<unknown>;
}

const longLists = new WeakSet<object>();

export function longList(items: Iterable<unknown>): LongList {
  const list = { items };
  longLists.add(list);
  return list;
}

/** As visibleJson writes `value`, in which objects and arrays may hold long lists. */
export function* visibleJsonPieces(value: unknown, indent = ''): Generator<string> {
  if (isLongList(value)) yield* listPieces(value.items, indent);
  else if (!holdsLongList(value)) yield visibleLines(jsonAt(value, indent));
  else if (Array.isArray(value)) yield* listPieces(value, indent);
  else yield* objectPieces(value as object, indent);
}

function* listPieces(items: Iterable<unknown>, indent: string): Generator<string> {
  let isEmpty = true;
  for (const item of items) {
    yield `${isEmpty ? '[' : ','}\n${indent}  `;
    yield* visibleJsonPieces(item, `${indent}  `);
    isEmpty = false;
  }
  yield isEmpty ? '[]' : `\n${indent}]`;
}

function* objectPieces(object: object, indent: string): Generator<string> {
  let mark = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${mark}\n${indent}  ${visibleLines(JSON.stringify(key))}: `;
    yield* visibleJsonPieces(value, `${indent}  `);
    mark = ',';
  }
  yield `\n${indent}}`;
}

/** Strings in JSON hold no line ends. */
function jsonAt(value: unknown, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}

function isLongList(value: unknown): value is LongList {
  return typeof value === 'object' && value !== null && longLists.has(value);
}

/** Only near the top. */
function holdsLongList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const children: unknown[] = Object.values(value);
  return children.length < mostChildren && children.some((child) => isLongList(child) || holdsLongList(child));
}

const mostChildren = 20;
