// Scalars in quotes, in one line, and collections in brackets and braces, in one line.

import type { ListNode, MapNode, Node, Scalar } from '../tree.ts';
import { type Cursor, char, codeAt, deeper, doubt, skipSpaces } from './cursor.ts';
import { addEntry, type Entries } from './entries.ts';
import { beginsPlain, plainMeaning } from './plain.ts';

export function readQuoted(cursor: Cursor, start: number): Scalar {
  return codeAt(cursor, start) === char.doubleQuote ? readDouble(cursor, start) : readSingle(cursor, start);
}

function readDouble({ text, end }: Cursor, start: number): Scalar {
  let isEscaped = false;
  for (let at = start + 1; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === char.newline || code === char.tab) throw doubt;
    if (code === 92) {
      isEscaped = true;
      at += 1;
    } else if (code === char.doubleQuote) {
      const value = isEscaped ? unescaped(text.slice(start, at + 1)) : text.slice(start + 1, at);
      return { kind: 'scalar', value, style: 'double', start, end: at + 1 };
    }
  }
  throw doubt;
}

/** Where the escapes of YAML are those of JSON. */
function unescaped(source: string): string {
  if (/\\[^"\\/bfnrt]/.test(source.replaceAll('\\\\', ''))) throw doubt;
  try {
    return JSON.parse(source) as string;
  } catch {
    throw doubt;
  }
}

function readSingle({ text, end }: Cursor, start: number): Scalar {
  for (let at = start + 1; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === char.newline || code === char.tab) throw doubt;
    if (code !== char.singleQuote) continue;
    if (at + 1 < end && text.charCodeAt(at + 1) === char.singleQuote) at += 1;
    else {
      const value = text.slice(start + 1, at).replaceAll("''", "'");
      return { kind: 'scalar', value, style: 'single', start, end: at + 1 };
    }
  }
  throw doubt;
}

/** The map or list that begins at `start`. */
export function readFlow(cursor: Cursor, start: number): MapNode | ListNode {
  const isMap = codeAt(cursor, start) === char.openMap;
  return deeper<MapNode | ListNode>(cursor, () => (isMap ? readFlowMap(cursor, start) : readFlowList(cursor, start)));
}

function readFlowList(cursor: Cursor, start: number): ListNode {
  const items: Node[] = [];
  let at = skipSpaces(cursor, start + 1);
  while (codeAt(cursor, at) !== char.closeList) {
    const item = readFlowNode(cursor, at);
    items.push(item);
    at = behindComma(cursor, item.end, char.closeList);
  }
  return { kind: 'list', flow: true, items, start, end: at + 1 };
}

function readFlowMap(cursor: Cursor, start: number): MapNode {
  const entries: Entries = { pairs: [] };
  let at = skipSpaces(cursor, start + 1);
  while (codeAt(cursor, at) !== char.closeMap) {
    const key = readFlowScalar(cursor, at);
    if (codeAt(cursor, key.end) !== char.colon || codeAt(cursor, key.end + 1) !== char.space) throw doubt;
    const value = readFlowNode(cursor, skipSpaces(cursor, key.end + 1));
    addEntry(entries, { key, value }, cursor);
    at = behindComma(cursor, value.end, char.closeMap);
  }
  return { kind: 'map', flow: true, pairs: entries.pairs, start, end: at + 1 };
}

/** The next item, or the closing bracket; nothing is between a comma and the bracket. */
function behindComma(cursor: Cursor, from: number, close: number): number {
  const at = skipSpaces(cursor, from);
  const code = codeAt(cursor, at);
  if (code === close) return at;
  const next = skipSpaces(cursor, at + 1);
  if (code !== char.comma || codeAt(cursor, next) === close) throw doubt;
  return next;
}

function readFlowNode(cursor: Cursor, at: number): Node {
  const code = codeAt(cursor, at);
  if (code === char.openMap || code === char.openList) return readFlow(cursor, at);
  return readFlowScalar(cursor, at);
}

function readFlowScalar(cursor: Cursor, start: number): Scalar {
  const code = codeAt(cursor, start);
  if (code === char.doubleQuote || code === char.singleQuote) return readQuoted(cursor, start);
  if (!beginsPlain(cursor, start)) throw doubt;
  const found = /[^\n\t,[\]{}:#]+(?::[^\s,[\]{}:#]+)*/y;
  found.lastIndex = start;
  const [raw = ''] = found.exec(cursor.text) ?? [];
  const text = raw.trimEnd();
  const end = start + text.length;
  // A dash or a question mark alone is something else.
  if (text === '' || text === '-' || text === '?' || start + raw.length > cursor.end) throw doubt;
  return { kind: 'scalar', value: plainMeaning(text), style: 'plain', start, end };
}
