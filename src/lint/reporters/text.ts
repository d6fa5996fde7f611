// Findings for people: by file, by object, in the order of the file.

import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Io } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import { countByKind, titleOf } from '../inputs.ts';
import type { Examined, Noticed, Said } from '../lint.ts';
import { allTold, countBySeverity, type Result, severities, severityStyle } from '../result.ts';

export function textOutput(result: Result, io: Io): string {
  const style = paint(io.colour.out);
  const told = result.examined.filter(({ noticed, skipped }) => noticed.length > 0 || skipped !== undefined);
  const blocks: string[] = [];
  for (const [file, ofFile] of Map.groupBy(told, ({ document }) => document.file)) {
    const objects = ofFile.map((examined) => examinedText(examined, { style, width: io.width }));
    blocks.push(`${style(['bold', 'underline'], visible(file))}\n${objects.join('')}`);
  }
  return [...blocks, summary(result, style)].join('\n');
}

function examinedText({ object, noticed, skipped }: Examined, layout: Layout): string {
  return objectText({ title: titleOf(object), said: noticed, skipped }, layout, placeOf);
}

/** One object and what there is to say of it. */
interface Block<One extends Said> {
  readonly title: string;
  readonly said: readonly One[];
  readonly skipped?: string | undefined;
}

export interface Layout {
  readonly style: Paint;
  readonly width: number | undefined;
}

/** `placeOf` absent: nothing has a place, as in a cluster. */
export function objectText<One extends Said>(
  { title, said, skipped }: Block<One>,
  layout: Layout,
  placeOf: (one: One) => string = () => '',
): string {
  const head = `  ${layout.style('bold', visible(title))}`;
  if (skipped !== undefined) return `${head}: ${layout.style('dim', `left alone, ${visible(skipped)}`)}\n`;
  const columns = { place: widest(said.map(placeOf)), rule: widest(said.map(({ rule }) => rule)) };
  return `${head}\n${said.map((one) => line(one, placeOf(one), columns, layout)).join('')}`;
}

interface Columns {
  /** 0: there is no such column. */
  readonly place: number;
  readonly rule: number;
}

function line({ severity, rule, message }: Said, place: string, columns: Columns, { style, width }: Layout): string {
  const before = columns.place === 0 ? '' : `${style('dim', place.padEnd(columns.place))}  `;
  const indent = 4 + (columns.place === 0 ? 0 : columns.place + 2) + 7 + 2 + columns.rule + 2;
  const word = style(severityStyle[severity], severity.padEnd(7));
  return `    ${before}${word}  ${style('cyan', rule.padEnd(columns.rule))}  ${wrap(visible(message), indent, width)}\n`;
}

function placeOf({ line, column }: Noticed): string {
  return `${line}:${column}`;
}

function summary(result: Result, style: Paint): string {
  if (result.examined.length === 0) return '';
  const told = allTold(result);
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
export function tally(said: readonly Said[], leftAlone: number, style: Paint): string {
  const counts = countBySeverity(said);
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => style(severityStyle[severity], count(counts[severity], severity)));
  if (leftAlone > 0) parts.push(style('dim', `${leftAlone} left alone`));
  return parts.length === 0 ? style('green', 'nothing found') : parts.join(', ');
}
