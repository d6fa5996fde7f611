// Scalars without quotes: where they end, and what they mean in YAML 1.1 without dates and sexagesimal numbers.

import type { Scalar } from '../tree.ts';
import { type Cursor, char, codeAt, doubt, endLine, isBlank, lineEndAt, skipSpaces, toContent } from './cursor.ts';

const yes = /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/;
const no = /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/;
const nothing = /^(?:~|[Nn]ull|NULL)$/;
const simpleNumber = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$/;
/** Everything that may be a number to the library. */
const otherNumber =
  /^[-+]?(?:0[box]?[0-9a-fA-F_]*|[0-9][0-9_]*|(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+|(?:[0-9][0-9_]*)?\.[0-9_]*)$|^[-+]?\.(?:inf|nan)$/i;

/** What `text`, in one line, stands for. */
export function plainMeaning(text: string): Scalar['value'] {
  const first = text.charCodeAt(0);
  if (first < 58 || first === 69 || first === 101) {
    if (simpleNumber.test(text) && text !== '-0') return Number.parseFloat(text);
    if (otherNumber.test(text)) throw doubt;
    return text;
  }
  if (text.length > 5) return text;
  if (yes.test(text)) return true;
  if (no.test(text)) return false;
  return nothing.test(text) ? null : text;
}

/** Characters that begin something else, or nothing at all. */
const indicators = new Set(Array.from(',[]{}#&*!|>\'"%@`=<', (one) => one.charCodeAt(0)));

/** False where it is not certain that a plain scalar begins at `at`. */
export function beginsPlain(cursor: Cursor, at: number): boolean {
  const code = codeAt(cursor, at);
  if (indicators.has(code)) return false;
  return !((code === char.dash || code === char.colon || code === 63) && isBlank(codeAt(cursor, at + 1)));
}

/** The end of the plain text in this line, without the white space behind it. */
function plainEnd(cursor: Cursor, from: number): number {
  const { text, end } = cursor;
  let last = from;
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === char.newline) break;
    if (code === char.space) continue;
    if (code === char.tab) throw doubt;
    if (code === char.hash && at > from && text.charCodeAt(at - 1) === char.space) break;
    if (code === char.colon && isBlank(codeAt(cursor, at + 1))) throw doubt;
    last = at + 1;
  }
  return last;
}

/** The scalar at `at`, over all lines that are indented deeper than `column`, and the line end behind it. */
export function readPlain(cursor: Cursor, start: number, column: number): Scalar {
  if (!beginsPlain(cursor, start)) throw doubt;
  let end = plainEnd(cursor, start);
  const first = cursor.text.slice(start, end);
  let more = '';
  for (let next = continuation(cursor, end, column); next !== undefined; next = continuation(cursor, end, column)) {
    end = plainEnd(cursor, next.at);
    more += `${next.blank === 0 ? ' ' : '\n'.repeat(next.blank)}${cursor.text.slice(next.at, end)}`;
  }
  endLine(cursor, end);
  const value = more === '' ? plainMeaning(first) : first + more;
  return { kind: 'scalar', value, style: 'plain', start, end };
}

/** Where the scalar that has its last line's text up to `end` goes on, and after how many empty lines. */
function continuation(cursor: Cursor, end: number, column: number): { at: number; blank: number } | undefined {
  const lineEnd = lineEndAt(cursor, end);
  let blank = 0;
  for (let line = lineEnd + 1; line < cursor.end; line = lineEndAt(cursor, line) + 1) {
    const at = skipSpaces(cursor, line);
    const code = codeAt(cursor, at);
    if (code === char.newline) blank += 1;
    else if (at - line <= column) return undefined;
    // A comment ends the scalar.
    else if (code === char.hash || code === char.tab || skipSpaces(cursor, end) < lineEnd) throw doubt;
    else return { at, blank };
  }
  return undefined;
}

/** A missing value, whose place is `at`; the rest of the line must be empty. */
export function readNothing(cursor: Cursor, at: number): Scalar {
  if (codeAt(cursor, at) !== char.newline) throw doubt;
  return { kind: 'scalar', value: null, style: 'plain', start: at, end: at };
}

/** Moves behind a line that ends with a key or a dash. True where comments are behind that. */
export function openLine(cursor: Cursor, from: number): boolean {
  const at = skipSpaces(cursor, from);
  const isComment = codeAt(cursor, at) === char.hash;
  if (isComment && at === from) throw doubt;
  return toContent(cursor, Math.min(lineEndAt(cursor, at) + 1, cursor.end)) || isComment;
}
