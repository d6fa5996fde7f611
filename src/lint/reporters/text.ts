// Findings for people: by file, by object, in the order of the file; of many workloads by rule.

import { type Paint, paint, type TextLayout } from '../../terminal/style.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { Diagnostic, LocatedDiagnostic } from '../diagnostic.ts';
import { allIgnored, ignoredLine, ignoredSentence, withoutIgnored } from '../ignored.ts';
import { type NotJudged, notJudgedLine, notJudgedLines } from '../not-judged.ts';
import { countsByKind, type ObjectReference, objectTitle, shortTitle } from '../object-reference.ts';
import {
  allDiagnostics,
  countBySeverity,
  type FileWorkload,
  type FileWorkloads,
  type LintResult,
  severities,
  severityStyle,
} from '../result.ts';
import { type Detail, type DetailFlags, detailOf, moreLine } from './detail.ts';
import { editHint } from './edit-hint.ts';
import { type GroupedFindings, groupedBlocks } from './grouped.ts';
import { isShown, objectText } from './object-text.ts';
import { errorsToDo, notesWith, ruleTable } from './rule-table.ts';
import { countTotals, type Totals } from './totals.ts';

export function* textOutput(result: LintResult, terminal: Terminal, flags: DetailFlags = {}): Generator<string> {
  const layout = { style: paint(terminal.colour.out), width: terminal.width };
  const detail = detailOf(flags, result.examined.length);
  const totals = countTotals(result.examined);
  let isFirst = true;
  const end = terminal.quiet ? [] : [summary(result, { ...flags, detail, totals }, layout.style)];
  for (const block of [blocksOf(result, { ...flags, detail, totals }, layout), end])
    for (const text of block) {
      if (text === '') continue;
      yield isFirst ? text : `\n${text}`;
      isFirst = false;
    }
}

interface Whole extends Pick<DetailFlags, 'showIgnored'> {
  readonly detail: Detail;
  readonly totals: Totals;
}

function blocksOf(result: LintResult, whole: Whole, layout: TextLayout): Iterable<string> {
  const { detail, totals, showIgnored } = whole;
  const { examined } = result;
  const note = notesWith({ edits: totals.edits.note > 0 });
  const toDo = { error: errorsToDo, warning: warningsToDo(totals), note };
  if (detail === 'table') return [ruleTable(examined, toDo, layout.style)];
  if (detail === 'grouped') return groupedBlocks(findingsOf(result, whole), toDo, layout);
  const shown = showIgnored ? examined : countedIn(examined);
  return fileBlocks(totals.isRendered ? inOrderOfFiles(shown) : shown, layout);
}

function* countedIn(examined: FileWorkloads): Generator<FileWorkload> {
  for (const one of examined) yield withoutIgnored(one);
}

/** One source can have objects in several renderings. */
function inOrderOfFiles(examined: Iterable<FileWorkload>): readonly FileWorkload[] {
  return [...Map.groupBy(examined, ({ file }) => file).values()].flat();
}

function* fileBlocks(examined: Iterable<FileWorkload>, layout: TextLayout): Generator<string> {
  let block = '';
  let current: string | undefined;
  for (const one of examined) {
    if (!isShown(one)) continue;
    if (one.file !== current) {
      yield block;
      block = `${layout.style(['bold', 'underline'], visible(one.file))}\n`;
      current = one.file;
    }
    block += examinedText(one, layout);
  }
  yield block;
}

function findingsOf(result: LintResult, { totals, showIgnored }: Whole): GroupedFindings {
  // A walk through a large result takes seconds.
  return {
    found: placedFindings(result),
    leftAlone: totals.leftAlone === 0 ? [] : placedLeftAlone(result),
    ignored: showIgnored && totals.ignored > 0 ? placedIgnored(result) : [],
  };
}

function* placedFindings(result: LintResult) {
  for (const one of allDiagnostics(result)) yield { ...one, place: filePlace(one.file, one.line, one.object) };
}

function* placedLeftAlone({ examined }: LintResult) {
  for (const { file, at, object, skipped } of examined)
    if (skipped !== undefined) yield { message: skipped, place: filePlace(file, at.line, object) };
}

function* placedIgnored(result: LintResult) {
  for (const one of allIgnored(result))
    yield { message: ignoredSentence(one), place: filePlace(one.file, one.line, one.object) };
}

function filePlace(file: string, line: number, object: ObjectReference): string {
  return `${file}:${line} ${shortTitle(object)}`;
}

function examinedText(one: FileWorkload, layout: TextLayout): string {
  return objectText({ ...one, title: objectTitle(one.object) }, layout, placeOf);
}

function placeOf({ line, column }: LocatedDiagnostic): string {
  return `${line}:${column}`;
}

function summary(
  result: LintResult,
  { detail, verbose, totals, showIgnored }: Pick<DetailFlags, 'verbose'> & Whole,
  style: Paint,
): string {
  const left = notJudgedText(result.notJudged, verbose, style, ({ file, line }) => `${file}:${line} `);
  const rest = `${left}${untouchedText(result, style)}`;
  const { length } = result.examined;
  if (length === 0) return rest;
  const where = `${countsByKind(totals.kinds)} in ${count(result.files, 'file')}`;
  const hint = editHint(totals, style);
  const more = severities.some((one) => totals.counts[one] > 0) ? moreLine(detail, length) : '';
  const ignored = ignoredLine(totals.ignored, showIgnored);
  return `${where}: ${tallyOf(totals.counts, totals, style)}.${hint}\n${more}${ignored}${rest}`;
}

/** The end, where only some of the files are judged. */
function untouchedText({ untouched }: LintResult, style: Paint): string {
  if (untouched === undefined || untouched === 0) return '';
  const what = `${count(untouched, 'workload')} in other files ${untouched === 1 ? 'was' : 'were'} not judged.`;
  return `${style('dim', what)}\n`;
}

function warningsToDo({ isRendered }: Totals): string {
  return isRendered ? 'edits for the overlay, or for its base' : 'hitless fix writes these edits';
}

/** The end, which says what was not judged; empty for nothing. `placeOf`: absent where objects have no place, as in a cluster. */
export function notJudgedText<One extends NotJudged>(
  all: readonly One[],
  verbose: true | undefined,
  style: Paint,
  placeOf: (one: One) => string = () => '',
): string {
  if (all.length === 0) return '';
  const lines = verbose ? notJudgedLines(all, placeOf) : [notJudgedLine(all, 'none')];
  return lines.map((line) => `${style('dim', visible(line))}\n`).join('');
}

type Uncounted = Pick<Totals, 'leftAlone' | 'ignored'>;

/** `1 error, 2 warnings, 3 left alone, 4 ignored`. */
export function tally(diagnostics: readonly Diagnostic[], uncounted: Uncounted, style: Paint): string {
  return tallyOf(countBySeverity(diagnostics), uncounted, style);
}

function tallyOf(counts: Totals['counts'], { leftAlone, ignored }: Uncounted, style: Paint): string {
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => style(severityStyle[severity], count(counts[severity], severity)));
  if (leftAlone > 0) parts.push(style('dim', `${leftAlone} left alone`));
  if (ignored > 0) parts.push(style('dim', `${number(ignored)} ignored`));
  return parts.length === 0 ? style('green', 'nothing found') : parts.join(', ');
}
