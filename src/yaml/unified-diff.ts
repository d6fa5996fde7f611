// The unified diff of a file whose edited pieces are known: only these are compared, so a big file takes no longer.

import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk, structuredPatch } from 'diff';
import { type Segment, unchanged } from './splice.ts';

/** Lines around a change, as every diff tool shows. */
export const contextLines = 3;

/** Ready for `git apply` and `patch -p1`; empty when nothing differs. */
export function unifiedDiff(file: string, segments: readonly Segment[]): string {
  const hunks = hunksOf(wholeLines(segments));
  if (hunks.length === 0) return '';
  const name = nameInDiff(file);
  const headers = { oldFileName: `a/${name}`, newFileName: `b/${name}`, oldHeader: undefined, newHeader: undefined };
  const [before = '', after = '', ...lines] = formatPatch({ ...headers, hunks }, FILE_HEADERS_ONLY).split('\n');
  return [tabbed(before), tabbed(after), ...lines].join('\n');
}

/** The hunks alone, of a part of a file that begins in line `first`. */
export function hunksText(segments: readonly Segment[], first: number): string {
  const hunks = hunksOf(wholeLines(segments)).map(({ oldStart, newStart, ...hunk }) => {
    return { ...hunk, oldStart: oldStart + first - 1, newStart: newStart + first - 1 };
  });
  const headers = { oldFileName: '', newFileName: '', oldHeader: undefined, newHeader: undefined };
  return formatPatch({ ...headers, hunks }, FILE_HEADERS_ONLY)
    .split('\n')
    .slice(2)
    .join('\n');
}

/** Every line of two short texts that end with a line break, each after a space, `-` or `+`; empty where they are equal. */
export function lineDiff(before: string, after: string): string {
  const all = before.length + after.length;
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: all });
  return hunks.flatMap(({ lines }) => lines).join('\n');
}

/** Without a tab after it, patch reads a name that contains a space only up to the space. */
function tabbed(header: string): string {
  return header.startsWith('"', 4) || !header.includes(' ', 4) ? header : `${header}\t`;
}

/** Tools refuse a name that leads out of the folder they run in, so a leading `../` is removed. */
function nameInDiff(file: string): string {
  return file.replace(/^(\.{0,2}\/)+/, '');
}

/** Joins what changes within a line to the rest of that line. */
function wholeLines(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments.flatMap(atLineBreaks)) {
    const last = joined.at(-1);
    if (last === undefined || (last.before.endsWith('\n') && last.after.endsWith('\n'))) joined.push(segment);
    else joined[joined.length - 1] = { before: last.before + segment.before, after: last.after + segment.after };
  }
  return joined;
}

/** Splits unchanged text into the rest of a line, whole lines, and the beginning of a line. */
function atLineBreaks(segment: Segment): Segment[] {
  const { before, after } = segment;
  const first = before.indexOf('\n') + 1;
  const last = before.lastIndexOf('\n') + 1;
  if (before !== after || first === 0) return [segment];
  return [before.slice(0, first), before.slice(first, last), before.slice(last)].filter(Boolean).map(unchanged);
}

/**
 * Each stretch of changes is compared by itself: a diff of a whole file takes the square of all its changes. Where so many lines stay
 * that the changes on both sides have hunks of their own, the file is cut between them.
 */
function hunksOf(segments: readonly Segment[]): StructuredPatchHunk[] {
  const hunks: StructuredPatchHunk[] = [];
  let [oldLine, newLine] = [0, 0];
  for (const { before, after } of segments.reduce<Segment[]>(withNext, [nothing])) {
    if (before !== after) {
      const found = structuredPatch('', '', before, after, undefined, undefined, { context: contextLines }).hunks;
      for (const { oldStart, newStart, ...hunk } of found)
        hunks.push({ ...hunk, oldStart: oldStart + oldLine, newStart: newStart + newLine });
    }
    oldLine += linesOf(before).length;
    newLine += linesOf(after).length;
  }
  return hunks;
}

const nothing: Segment = { before: '', after: '' };

/** Adds `next` to the last stretch, or begins another one within it. */
function withNext(stretches: Segment[], next: Segment): Segment[] {
  const { before, after } = stretches.pop() ?? nothing;
  const lines = next.before === next.after ? linesOf(next.before) : [];
  if (lines.length <= 2 * contextLines) {
    stretches.push({ before: before + next.before, after: after + next.after });
    return stretches;
  }
  const [head, middle, tail] = [[0, contextLines], [contextLines, -contextLines], [-contextLines]].map(([from, to]) =>
    lines.slice(from, to).join(''),
  );
  stretches.push({ before: before + head, after: after + head }, unchanged(`${middle}`), unchanged(`${tail}`));
  return stretches;
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
