// The place in a text at which the reader of the subset is, line by line.

import type { DoubledKey } from '../parsed.ts';

/** Thrown where the text may be beyond the subset: the library decides then. One object, because it is thrown often. */
export const doubt = Symbol('beyond the subset');

export interface Cursor {
  readonly text: string;
  /** Where the YAML document ends. */
  readonly end: number;
  /** The first character of the next line with content, and its column; -1 at the end. */
  at: number;
  column: number;
  /** Where the last value ends for the library: behind the end of its line. */
  valueEnd: number;
  /** The keys so far that their map has twice. */
  readonly doubled: DoubledKey[];
  /** How many maps and lists are open. */
  depth: number;
}

// The stack of a warm process holds more levels than that of a cold one: how deep a file may be must not depend on it.
const deepest = 200;

/** What `read` reads, one level deeper. @throws doubt beyond the deepest level. */
export function deeper<N>(cursor: Cursor, read: () => N): N {
  if (cursor.depth === deepest) throw doubt;
  cursor.depth += 1;
  const node = read();
  cursor.depth -= 1;
  return node;
}

export const char = {
  tab: 9,
  newline: 10,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  singleQuote: 39,
  comma: 44,
  dash: 45,
  colon: 58,
  greater: 62,
  openList: 91,
  closeList: 93,
  openMap: 123,
  bar: 124,
  closeMap: 125,
} as const;

/** A newline at the end of the text, so that every line has one. */
export function codeAt({ text, end }: Cursor, at: number): number {
  return at < end ? text.charCodeAt(at) : char.newline;
}

export function isBlank(code: number): boolean {
  return code === char.space || code === char.newline;
}

/** The offset of the line break at or behind `at`, or the end. */
export function lineEndAt({ text, end }: Cursor, at: number): number {
  const found = text.indexOf('\n', at);
  return found === -1 || found > end ? end : found;
}

export function skipSpaces(cursor: Cursor, from: number): number {
  let at = from;
  while (at < cursor.end && cursor.text.charCodeAt(at) === char.space) at += 1;
  return at;
}

/** Ends a value of which the last character is before `from`: the rest of its line may be a comment. */
export function endLine(cursor: Cursor, from: number): void {
  const at = skipSpaces(cursor, from);
  const code = codeAt(cursor, at);
  const isComment = code === char.hash && at > from;
  if (code !== char.newline && !isComment) throw doubt;
  const lineEnd = isComment ? lineEndAt(cursor, at) : at;
  cursor.valueEnd = Math.min(lineEnd + 1, cursor.end);
  toContent(cursor, cursor.valueEnd);
}

/** Moves to the next line with content, from the start of a line. True where comments are before it. */
export function toContent(cursor: Cursor, start: number): boolean {
  let comment = -1;
  for (let line = start; line < cursor.end; line = lineEndAt(cursor, line) + 1) {
    const at = skipSpaces(cursor, line);
    const code = codeAt(cursor, at);
    if (code === char.newline) continue;
    if (code === char.hash) {
      comment = Math.max(comment, at - line);
      continue;
    }
    cursor.at = at;
    cursor.column = at - line;
    // To the library, a comment that is indented deeper belongs to what is before it.
    if (code === char.tab || comment > cursor.column) throw doubt;
    return comment !== -1;
  }
  if (comment !== -1) throw doubt;
  cursor.at = cursor.end;
  cursor.column = -1;
  return false;
}
