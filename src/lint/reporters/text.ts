// Findings for people: by file, by object, in the order of the file; of many workloads by rule.

import { type Paint, paint, type TextLayout, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { Diagnostic, LocatedDiagnostic } from '../diagnostic.ts';
import type { Examined } from '../lint.ts';
import { type NotJudged, notJudgedLine, notJudgedLines } from '../not-judged.ts';
import { countByKind, type ObjectReference, objectTitle, shortTitle } from '../object-reference.ts';
import { allDiagnostics, countBySeverity, type LintResult, severities, severityStyle } from '../result.ts';
import { type Detail, type DetailFlags, detailOf, moreLine } from './detail.ts';
import { type GroupedFindings, groupedBlocks } from './grouped.ts';
import { errorsToDo, notesToDo, ruleTable } from './rule-table.ts';

export function textOutput(result: LintResult, terminal: Terminal, flags: DetailFlags = {}): string {
  const layout = { style: paint(terminal.colour.out), width: terminal.width };
  const detail = detailOf(flags, result.examined.length);
  return [...blocksOf(result, detail, layout), summary(result, { ...flags, detail }, layout.style)]
    .filter((block) => block !== '')
    .join('\n');
}

function blocksOf(result: LintResult, detail: Detail, layout: TextLayout): readonly string[] {
  const { examined } = result;
  const toDo = { error: errorsToDo, warning: warningsToDo(result), note: notesToDo(allDiagnostics(result)) };
  if (detail === 'table') return [ruleTable(examined, toDo, layout.style)];
  if (detail === 'grouped') return groupedBlocks(findingsOf(result), toDo, layout);
  const told = examined.filter(({ diagnostics, skipped }) => diagnostics.length > 0 || skipped !== undefined);
  return Array.from(
    Map.groupBy(told, ({ document }) => document.file),
    ([file, ofFile]) => {
      const objects = ofFile.map((one) => examinedText(one, layout));
      return `${layout.style(['bold', 'underline'], visible(file))}\n${objects.join('')}`;
    },
  );
}

function findingsOf(result: LintResult): GroupedFindings {
  return {
    found: allDiagnostics(result).map((one) => ({ ...one, place: filePlace(one.file, one.line, one.object) })),
    leftAlone: result.examined.flatMap(({ document, object, skipped }) => {
      const place = filePlace(document.file, document.position('metadata').line, object);
      return skipped === undefined ? [] : [{ message: skipped, place }];
    }),
  };
}

function filePlace(file: string, line: number, object: ObjectReference): string {
  return `${file}:${line} ${shortTitle(object)}`;
}

function examinedText({ object, diagnostics, skipped }: Examined, layout: TextLayout): string {
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
  { detail, verbose }: Pick<DetailFlags, 'verbose'> & { readonly detail: Detail },
  style: Paint,
): string {
  const rest = notJudgedText(result.notJudged, verbose, style, ({ file, line }) => `${file}:${line} `);
  if (result.examined.length === 0) return rest;
  const told = allDiagnostics(result);
  const left = result.examined.filter(({ skipped }) => skipped !== undefined).length;
  const where = `${countByKind(result.examined.map(({ object }) => object))} in ${count(result.files, 'file')}`;
  const edits = told.filter(isEdit);
  const hint = edits.length === 0 ? '' : ` ${editHint(result, edits, style)}`;
  return `${where}: ${tally(told, left, style)}.${hint}\n${told.length === 0 ? '' : moreLine(detail, result.examined.length)}${rest}`;
}

function editHint(result: LintResult, edits: readonly Diagnostic[], style: Paint): string {
  const { warning, note } = countBySeverity(edits);
  const warnings = warning === 0 ? [] : [`the ${count(warning, 'warning')}`];
  const askers = [...warnings, ...(note === 0 ? [] : [`${number(note)} of the notes`])];
  const what = `what ${askers.join(' and ')} ask${edits.length === 1 ? 's' : ''} for`;
  return isRendered(result)
    ? `Write ${what} into the overlay, or into its base.`
    : `${style('bold', 'hitless fix')} writes ${what}.`;
}

function warningsToDo(result: LintResult): string {
  return isRendered(result) ? 'edits for the overlay, or for its base' : 'hitless fix writes these edits';
}

/** An edit in a base would reach other overlays, and what a patch sets hides it. */
function isRendered({ examined }: LintResult): boolean {
  return examined.some(({ object }) => object.rendered !== undefined);
}

function isEdit({ changes }: Diagnostic): boolean {
  return changes.length > 0;
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
  const counts = countBySeverity(diagnostics);
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => style(severityStyle[severity], count(counts[severity], severity)));
  if (leftAlone > 0) parts.push(style('dim', `${leftAlone} left alone`));
  return parts.length === 0 ? style('green', 'nothing found') : parts.join(', ');
}
