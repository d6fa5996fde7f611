// Findings for people: by file, by object, in the order of the file.

import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import { countByKind, objectTitle } from '../inputs.ts';
import type { Diagnostic, Examined, LocatedDiagnostic } from '../lint.ts';
import { allDiagnostics, countBySeverity, type LintResult, severities, severityStyle } from '../result.ts';

export function textOutput(result: LintResult, terminal: Terminal): string {
  const style = paint(terminal.colour.out);
  const told = result.examined.filter(({ diagnostics, skipped }) => diagnostics.length > 0 || skipped !== undefined);
  const blocks: string[] = [];
  for (const [file, ofFile] of Map.groupBy(told, ({ document }) => document.file)) {
    const objects = ofFile.map((examined) => examinedText(examined, { style, width: terminal.width }));
    blocks.push(`${style(['bold', 'underline'], visible(file))}\n${objects.join('')}`);
  }
  return [...blocks, summary(result, style)].join('\n');
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

export interface TextLayout {
  readonly style: Paint;
  readonly width: number | undefined;
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

function summary(result: LintResult, style: Paint): string {
  if (result.examined.length === 0) return '';
  const told = allDiagnostics(result);
  const left = result.examined.filter(({ skipped }) => skipped !== undefined).length;
  const where = `${countByKind(result.examined.map(({ object }) => object))} in ${count(result.files, 'file')}`;
  const edits = told.filter(({ changes }) => changes.length > 0).length;
  const hint =
    edits === 0
      ? ''
      : ` ${style('bold', 'hitless fix')} writes what the ${count(edits, 'warning')} ask${edits === 1 ? 's' : ''} for.`;
  return `${where}: ${tally(told, left, style)}.${hint}\n`;
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
