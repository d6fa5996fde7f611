// One edit of a text as plain data: what is replaced where, and a diff of the lines around it.

import type { Position } from './position.ts';
import { type Segment, type Splice, splice } from './splice.ts';
import { contextLines, hunksText } from './unified-diff.ts';

/** `text` takes the place of what is between the two positions of the text before; both are the same for an insertion. */
export interface Replacement {
  readonly from: Position;
  readonly to: Position;
  readonly text: string;
}

export interface TextEdit {
  /** In order, and apart from one another. */
  readonly replacements: readonly Replacement[];
  /** The hunks of a unified diff, without the names of files; empty where the lines are too long to be read. */
  readonly diff: string;
}

/** More characters than these around an edit are a file without line ends, such as JSON in one line. */
const mostShown = 20_000;

/** `at` finds the position of an offset in `text`. Only the lines around the edit are looked at: the text may be long. */
export function textEdit(text: string, splices: readonly Splice[], at: (offset: number) => Position): TextEdit {
  const first = splices.reduce((least, { start }) => Math.min(least, start), text.length);
  const last = splices.reduce((most, { end }) => Math.max(most, end), first);
  const from = linesBefore(text, first);
  const moved = splices.map((one) => ({ ...one, start: one.start - from, end: one.end - from }));
  const to = linesAfter(text, last);
  const segments = splice(text.slice(from, to), moved);
  return {
    replacements: changed(segments).map(({ start, before, after }) => {
      return { from: at(from + start), to: at(from + start + before.length), text: after };
    }),
    diff: to - from > mostShown ? '' : hunksText(segments, at(from).line),
  };
}

/** The start of the first line of context above `offset`. */
function linesBefore(text: string, offset: number): number {
  let newline = offset;
  for (let lines = 0; lines <= contextLines && newline !== -1; lines += 1)
    newline = newline === 0 ? -1 : text.lastIndexOf('\n', newline - 1);
  return newline + 1;
}

function linesAfter(text: string, offset: number): number {
  let end = offset;
  for (let lines = 0; lines <= contextLines; lines += 1) {
    const next = text.indexOf('\n', end);
    if (next === -1) return text.length;
    end = next + 1;
  }
  return end;
}

interface Changed extends Segment {
  readonly start: number;
}

/** Those that differ; what touches is one. */
function changed(segments: readonly Segment[]): readonly Changed[] {
  const found: Changed[] = [];
  let start = 0;
  for (const segment of segments) {
    const last = found.at(-1);
    if (segment.before !== segment.after) {
      if (last !== undefined && last.start + last.before.length === start)
        found[found.length - 1] = {
          start: last.start,
          before: last.before + segment.before,
          after: last.after + segment.after,
        };
      else found.push({ ...segment, start });
    }
    start += segment.before.length;
  }
  return found;
}
