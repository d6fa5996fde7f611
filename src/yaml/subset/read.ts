// Reads the part of YAML in which most manifests are written, straight into our tree: block maps and lists, texts, quotes and brackets in
// one line. It takes a tenth of the time of the library, and says nothing about what is beyond that part or wrong: the library decides
// then. What it reads, the library reads in the same way; a test compares the two.

import type { ParsedDocument } from '../parsed.ts';
import type { ListNode, MapNode, Node, Scalar } from '../tree.ts';
import { type Cursor, char, codeAt, deeper, doubt, endLine, isBlank, skipSpaces, toContent } from './cursor.ts';
import { addEntry, type Entries } from './entries.ts';
import { beginsPlain, openLine, plainMeaning, readNothing, readPlain } from './plain.ts';
import { readFlow, readQuoted } from './quoted.ts';
import { readTextBlock } from './text-block.ts';

/** The YAML document of `text` from `start` to `end`, with its mark; undefined where the library has to read it. */
export function readSubset(text: string, [start, end]: readonly [number, number]): ParsedDocument | undefined {
  // At the beginning of a text the library drops another one.
  const mark = text.indexOf('\uFEFF', start);
  if (mark !== -1 && mark < end) return undefined;
  const cursor: Cursor = { text, end, at: start, column: -1, valueEnd: start, doubled: [], depth: 0 };
  try {
    const from = behindMark(cursor, start);
    toContent(cursor, from);
    // To the library, comments before a document without a mark are before the document.
    const place = { start: from > start ? start : cursor.at, end };
    const root = readBlockAt(cursor, 0);
    return isAtEnd(cursor) ? { ...place, root, doubled: cursor.doubled, mistakes: [] } : undefined;
  } catch (error) {
    if (error === doubt) return undefined;
    throw error;
  }
}

/** @throws doubt unless a block begins in `column`. */
function readBlockAt(cursor: Cursor, column: number): Node {
  if (cursor.column !== column) throw doubt;
  return readBlock(cursor);
}

function isAtEnd({ column }: Cursor): boolean {
  return column === -1;
}

function behindMark({ text, end }: Cursor, start: number): number {
  if (!text.startsWith('---', start)) return start;
  const behind = start + 3;
  if (behind < end && text[behind] !== '\n') throw doubt;
  return Math.min(behind + 1, end);
}

/** The map or list that begins at the cursor. */
function readBlock(cursor: Cursor): Node {
  return deeper(cursor, () => (isDash(cursor, cursor.at) ? readList(cursor) : readMap(cursor)));
}

function isDash(cursor: Cursor, at: number): boolean {
  return codeAt(cursor, at) === char.dash && isBlank(codeAt(cursor, at + 1));
}

function readMap(cursor: Cursor): MapNode {
  const { at: start, column } = cursor;
  const entries: Entries = { pairs: [] };
  while (cursor.column === column && !isDash(cursor, cursor.at)) {
    const key = keyAt(cursor, cursor.at);
    // The end mark of a document could be taken for one.
    if (key === undefined || (column === 0 && cursor.text.startsWith('...', cursor.at))) throw doubt;
    const value = readValue(cursor, key.end + 1, column);
    addEntry(entries, { key, value }, cursor);
  }
  if (cursor.column > column) throw doubt;
  return { kind: 'map', flow: false, pairs: entries.pairs, start, end: cursor.valueEnd };
}

function readList(cursor: Cursor): ListNode {
  const { at: start, column } = cursor;
  const items: Node[] = [];
  while (cursor.column === column && isDash(cursor, cursor.at)) items.push(readItem(cursor, cursor.at, column));
  if (cursor.column > column) throw doubt;
  return { kind: 'list', flow: false, items, start, end: cursor.valueEnd };
}

function readItem(cursor: Cursor, dash: number, column: number): Node {
  const at = skipSpaces(cursor, dash + 1);
  const code = codeAt(cursor, at);
  if (code === char.newline || code === char.hash) return readBelow(cursor, { from: dash + 1, column, isList: true });
  if (isDash(cursor, at)) throw doubt;
  if (keyAt(cursor, at) === undefined) return readInline(cursor, at, column);
  cursor.column = column + at - dash;
  cursor.at = at;
  return deeper(cursor, () => readMap(cursor));
}

/** The value behind a colon. */
function readValue(cursor: Cursor, from: number, column: number): Node {
  const at = skipSpaces(cursor, from);
  const code = codeAt(cursor, at);
  if (code === char.newline || (code === char.hash && at > from))
    return readBelow(cursor, { from, column, isList: false });
  return readInline(cursor, at, column);
}

/** The value in the lines below a key or dash in `column`, which ends before `from`. A list may begin in the column of its key. */
function readBelow(
  cursor: Cursor,
  { from, column, isList }: { readonly from: number; readonly column: number; readonly isList: boolean },
): Node {
  const isCommented = openLine(cursor, from);
  const isBelow = cursor.column > column || (!isList && cursor.column === column && isDash(cursor, cursor.at));
  if (isBelow) return readBlockOrScalar(cursor, { column, isCommented });
  // Which comments belong to a missing value, or where a document with it ends, is for the library to say.
  if (isCommented || cursor.column === -1) throw doubt;
  cursor.valueEnd = from;
  return readNothing(cursor, from);
}

function readBlockOrScalar(
  cursor: Cursor,
  { column, isCommented }: { readonly column: number; readonly isCommented: boolean },
): Node {
  const { at } = cursor;
  if (isDash(cursor, at) || keyAt(cursor, at) !== undefined) return readBlock(cursor);
  // The library does not take every comment before a scalar.
  if (isCommented) throw doubt;
  return readInline(cursor, at, column);
}

/** A value that begins at `at`, where a line has begun before it. */
function readInline(cursor: Cursor, at: number, column: number): Node {
  const code = codeAt(cursor, at);
  if (code === char.bar || code === char.greater) return readTextBlock(cursor, at, column);
  if (code === char.doubleQuote || code === char.singleQuote) return ended(cursor, readQuoted(cursor, at));
  if (code === char.openMap || code === char.openList) return ended(cursor, readFlow(cursor, at));
  return readPlain(cursor, at, column);
}

function ended<T extends Node>(cursor: Cursor, node: T): T {
  endLine(cursor, node.end);
  return node;
}

// The library takes no longer ones.
const longestKey = 1000;

/** The key at `at`, with its colon behind it; undefined where there is none in this line. */
function keyAt(cursor: Cursor, at: number): Scalar | undefined {
  const code = codeAt(cursor, at);
  if (code === char.doubleQuote || code === char.singleQuote) {
    const key = readQuoted(cursor, at);
    return isColon(cursor, key.end) ? key : undefined;
  }
  if (!beginsPlain(cursor, at)) return undefined;
  const end = plainKeyEnd(cursor, at);
  if (end === undefined) return undefined;
  return { kind: 'scalar', value: plainMeaning(cursor.text.slice(at, end)), style: 'plain', start: at, end };
}

function isColon(cursor: Cursor, at: number): boolean {
  return codeAt(cursor, at) === char.colon && isBlank(codeAt(cursor, at + 1));
}

function plainKeyEnd(cursor: Cursor, start: number): number | undefined {
  for (let at = start; at < start + longestKey; at += 1) {
    const code = codeAt(cursor, at);
    if (code === char.newline || (code === char.hash && codeAt(cursor, at - 1) === char.space)) return undefined;
    if (code === char.tab) throw doubt;
    if (code !== char.colon || !isBlank(codeAt(cursor, at + 1))) continue;
    if (codeAt(cursor, at - 1) === char.space) throw doubt;
    return at;
  }
  throw doubt;
}
