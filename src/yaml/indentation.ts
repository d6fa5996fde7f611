// What kubectl's YAML reader takes and the library does not: a string in quotes that goes on at the column of its key, and a bracket or
// brace whose lines, or whose end, are not indented deeper than its key. White space at the start of these lines means nothing, so that
// a copy with more of it is read instead; positions lead back to the text.

import { columnOf } from './layout.ts';

/** A copy of a text with more white space. */
export interface Indented {
  readonly text: string;
  /** The offset in the text that an offset in the copy stands for. */
  readonly original: (offset: number) => number;
}

/** `text` with deeper continuation lines of what begins at `start`; undefined if it does not end, or has no lines to indent. */
export function indented(text: string, start: number): Indented | undefined {
  const end = endOf(text, start);
  if (end === undefined) return undefined;
  const column = columnOf(text, start) + 1;
  const padding = ' '.repeat(column);
  const places: number[] = [];
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1))
    if (isContinuation(text, at + 1, column)) places.push(at + 1);
  if (places.length === 0) return undefined;
  const pieces = places.map((place, i) => text.slice(places[i - 1] ?? 0, place));
  return {
    text: [...pieces, text.slice(places.at(-1))].join(padding),
    original: (offset) => originalOffset(offset, places, column),
  };
}

/** Neither blank nor a document mark, which ends everything, and not indented enough. */
function isContinuation(text: string, start: number, column: number): boolean {
  if (/^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(start, start + 4))) return false;
  const line = /^[ \t]*/.exec(text.slice(start, start + column))?.[0] ?? '';
  return line.length < column && !/[\r\n]/.test(text[start + line.length] ?? '\n');
}

function originalOffset(offset: number, places: readonly number[], added: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) + middle * added < offset) low = middle + 1;
    else high = middle;
  }
  const before = low * added;
  // An offset within the white space that was added is that of the line.
  return Math.max(offset - before, places[low - 1] ?? 0);
}

/** Quotes only where a value can begin, not the apostrophe of a plain string. A string that does not end extends to the end of the text. */
const token = /(?<![^\s,:[\]{}])(?:"(?:[^"\\]+|\\.?)*(?:"|$)|'[^']*(?:'|$))|[[\]{}]|(?<=[\s,[{}\]])#[^\n]*/gs;

/** The end of the string or collection that begins at `start`. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  for (const { 0: found, index } of text.slice(start).matchAll(token)) {
    const [first = ''] = found;
    if (first === '[' || first === '{') depth += 1;
    if (first === ']' || first === '}') depth -= 1;
    if (depth <= 0 && first !== '#') return start + index + found.length;
  }
  return undefined;
}
