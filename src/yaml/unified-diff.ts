// The unified diff of a file whose edited pieces are known: only these are compared, so that a big file takes no longer.

import { diffLines, FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk } from 'diff';
import { type Segment, unchanged } from './splice.ts';

/** Lines around a change, as every diff tool shows. */
const context = 3;

/** Ready for `git apply` and `patch -p1`; empty when nothing differs. */
export function unifiedDiff(file: string, segments: readonly Segment[]): string {
  const hunks = hunksOf(wholeLines(segments).flatMap(operations));
  if (hunks.length === 0) return '';
  const name = nameInDiff(file);
  const headers = { oldFileName: `a/${name}`, newFileName: `b/${name}`, oldHeader: undefined, newHeader: undefined };
  const [before = '', after = '', ...lines] = formatPatch({ ...headers, hunks }, FILE_HEADERS_ONLY).split('\n');
  return [tabbed(before), tabbed(after), ...lines].join('\n');
}

/** Without a tab behind it, patch takes a name with a blank only up to the blank. */
function tabbed(header: string): string {
  return header.startsWith('"', 4) || !header.includes(' ', 4) ? header : `${header}\t`;
}

/** Tools refuse a name that leads out of the folder they run in: `../` at its beginning goes. */
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

/** What stays, as the rest of a line, whole lines, and the beginning of a line. */
function atLineBreaks(segment: Segment): Segment[] {
  const { before, after } = segment;
  const first = before.indexOf('\n') + 1;
  const last = before.lastIndexOf('\n') + 1;
  if (before !== after || first === 0) return [segment];
  return [before.slice(0, first), before.slice(first, last), before.slice(last)].filter(Boolean).map(unchanged);
}

/** One line with its line break, as a diff writes it: kept, taken away or added. */
interface Operation {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

function operations({ before, after }: Segment): Operation[] {
  if (before === after) return linesOf(before).map((line) => ({ sign: ' ', line }));
  return diffLines(before, after).flatMap(({ value, added, removed }) => {
    const sign = added ? '+' : removed ? '-' : ' ';
    return linesOf(value).map((line): Operation => ({ sign, line }));
  });
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Changes closer than twice the context share a hunk. */
function hunksOf(all: readonly Operation[]): StructuredPatchHunk[] {
  const spans: { from: number; to: number }[] = [];
  for (const [i, { sign }] of all.entries()) {
    if (sign === ' ') continue;
    const last = spans.at(-1);
    if (last !== undefined && i - context <= last.to) last.to = i + context + 1;
    else spans.push({ from: Math.max(i - context, 0), to: i + context + 1 });
  }
  const hunks: StructuredPatchHunk[] = [];
  let done = { index: 0, oldLine: 1, newLine: 1 };
  for (const { from, to } of spans) {
    const start = advance(done, all.slice(done.index, from));
    const end = advance(start, all.slice(from, to));
    hunks.push({
      oldStart: start.oldLine,
      newStart: start.newLine,
      oldLines: end.oldLine - start.oldLine,
      newLines: end.newLine - start.newLine,
      lines: all.slice(from, to).flatMap(written),
    });
    done = end;
  }
  return hunks;
}

function advance(from: { index: number; oldLine: number; newLine: number }, over: readonly Operation[]) {
  return {
    index: from.index + over.length,
    oldLine: from.oldLine + over.filter(({ sign }) => sign !== '+').length,
    newLine: from.newLine + over.filter(({ sign }) => sign !== '-').length,
  };
}

function written({ sign, line }: Operation): string[] {
  if (line.endsWith('\n')) return [`${sign}${line.slice(0, -1)}`];
  return [`${sign}${line}`, '\\ No newline at end of file'];
}
