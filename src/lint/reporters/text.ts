// Findings for people: by file, by object, in the order of the file; of many workloads by rule.

import { type Paint, paint, type TextLayout, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { Diagnostic, LocatedDiagnostic } from '../diagnostic.ts';
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
import { errorsToDo, notesWith, ruleTable } from './rule-table.ts';
import { countTotals, type Totals } from './totals.ts';

export function* textOutput(result: LintResult, terminal: Terminal, flags: DetailFlags = {}): Generator<string> {
  const layout = { style: paint(terminal.colour.out), width: terminal.width };
  const detail = detailOf(flags, result.examined.length);
  const totals = countTotals(result.examined);
  let isFirst = true;
  const end = terminal.quiet ? [] : [summary(result, { ...flags, detail, totals }, layout.style)];
  for (const block of [blocksOf(result, { detail, totals }, layout), end])
    for (const text of block) {
      if (text === '') continue;
      yield isFirst ? text : `\n${text}`;
      isFirst = false;
    }
}

interface Whole {
  readonly detail: Detail;
  readonly totals: Totals;
}

function blocksOf(result: LintResult, { detail, totals }: Whole, layout: TextLayout): Iterable<string> {
  const { examined } = result;
  const note = notesWith({ edits: totals.edits.note > 0 });
  const toDo = { error: errorsToDo, warning: warningsToDo(totals), note };
  if (detail === 'table') return [ruleTable(examined, toDo, layout.style)];
  if (detail === 'grouped') return groupedBlocks(findingsOf(result, totals), toDo, layout);
  return fileBlocks(totals.isRendered ? inOrderOfFiles(examined) : examined, layout);
}

/** One source can have objects in several renderings. */
function inOrderOfFiles(examined: FileWorkloads): readonly FileWorkload[] {
  return [...Map.groupBy(examined, ({ file }) => file).values()].flat();
}

function* fileBlocks(examined: Iterable<FileWorkload>, layout: TextLayout): Generator<string> {
  let block = '';
  let current: string | undefined;
  for (const one of examined) {
    if (one.diagnostics.length === 0 && one.skipped === undefined) continue;
    if (one.file !== current) {
      yield block;
      block = `${layout.style(['bold', 'underline'], visible(one.file))}\n`;
      current = one.file;
    }
    block += examinedText(one, layout);
  }
  yield block;
}

function findingsOf(result: LintResult, { leftAlone }: Totals): GroupedFindings {
  // A walk through a large result takes seconds.
  return { found: placedFindings(result), leftAlone: leftAlone === 0 ? [] : placedLeftAlone(result) };
}

function* placedFindings(result: LintResult) {
  for (const one of allDiagnostics(result)) yield { ...one, place: filePlace(one.file, one.line, one.object) };
}

function* placedLeftAlone({ examined }: LintResult) {
  for (const { file, at, object, skipped } of examined)
    if (skipped !== undefined) yield { message: skipped, place: filePlace(file, at.line, object) };
}

function filePlace(file: string, line: number, object: ObjectReference): string {
  return `${file}:${line} ${shortTitle(object)}`;
}

function examinedText({ object, diagnostics, skipped }: FileWorkload, layout: TextLayout): string {
  return objectText({ title: objectTitle(object), diagnostics, skipped }, layout, placeOf);
}

/** One object and its diagnostics. */
interface Block<One extends Diagnostic> {
  readonly title: string;
  readonly diagnostics: readonly One[];
  readonly skipped?: string | undefined;
}

/** `placeOf`: absent where diagnostics have no position, as in a cluster. */
export function objectText<One extends Diagnostic>(
  { title, diagnostics, skipped }: Block<One>,
  layout: TextLayout,
  placeOf: (one: One) => string = () => '',
): string {
  const head = `  ${layout.style('bold', visible(title))}`;
  if (skipped !== undefined) return `${head}: ${layout.style('dim', `left alone, ${visible(skipped)}`)}\n`;
  const columns = { place: widest(diagnostics.map(placeOf)), rule: widest(diagnostics.map(({ rule }) => rule)) };
  return `${head}\n${diagnostics.map((one) => line(one, placeOf(one), columns, layout)).join('')}`;
}

interface Columns {
  /** 0 if there is no such column. */
  readonly place: number;
  readonly rule: number;
}

function line(
  { severity, rule, message }: Diagnostic,
  place: string,
  columns: Columns,
  { style, width }: TextLayout,
): string {
  const before = columns.place === 0 ? '' : `${style('dim', place.padEnd(columns.place))}  `;
  const indent = 4 + (columns.place === 0 ? 0 : columns.place + 2) + 7 + 2 + columns.rule + 2;
  const word = style(severityStyle[severity], severity.padEnd(7));
  return `    ${before}${word}  ${style('cyan', rule.padEnd(columns.rule))}  ${wrap(visible(message), indent, width)}\n`;
}

function placeOf({ line, column }: LocatedDiagnostic): string {
  return `${line}:${column}`;
}

function summary(
  result: LintResult,
  { detail, verbose, totals }: Pick<DetailFlags, 'verbose'> & Whole,
  style: Paint,
): string {
  const left = notJudgedText(result.notJudged, verbose, style, ({ file, line }) => `${file}:${line} `);
  const rest = `${left}${untouchedText(result, style)}`;
  const { length } = result.examined;
  if (length === 0) return rest;
  const where = `${countsByKind(totals.kinds)} in ${count(result.files, 'file')}`;
  const hint = editHint(totals, style);
  const more = severities.some((one) => totals.counts[one] > 0) ? moreLine(detail, length) : '';
  return `${where}: ${tallyOf(totals.counts, totals.leftAlone, style)}.${hint}\n${more}${rest}`;
}

/** The end, where only some of the files are judged. */
function untouchedText({ untouched }: LintResult, style: Paint): string {
  if (untouched === undefined) return '';
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

/** `1 error, 2 warnings, 3 left alone`. */
export function tally(diagnostics: readonly Diagnostic[], leftAlone: number, style: Paint): string {
  return tallyOf(countBySeverity(diagnostics), leftAlone, style);
}

function tallyOf(counts: Totals['counts'], leftAlone: number, style: Paint): string {
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => style(severityStyle[severity], count(counts[severity], severity)));
  if (leftAlone > 0) parts.push(style('dim', `${leftAlone} left alone`));
  return parts.length === 0 ? style('green', 'nothing found') : parts.join(', ');
}
