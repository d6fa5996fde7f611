// Findings for people: by file, by object, in the order of the file.

import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { widest } from '../../terminal/table.ts';
import type { Io } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import { titleOf } from '../inputs.ts';
import type { Examined, Noticed } from '../lint.ts';
import { allTold, countBySeverity, type Result, severities, severityStyle } from '../result.ts';

export function textOutput(result: Result, io: Io): string {
  const style = paint(io.colour.out);
  const told = result.examined.filter(({ noticed, skipped }) => noticed.length > 0 || skipped !== undefined);
  const blocks: string[] = [];
  for (const [file, ofFile] of Map.groupBy(told, ({ document }) => document.file)) {
    const objects = ofFile.map((examined) => objectText(examined, style, io.width));
    blocks.push(`${style(['bold', 'underline'], visible(file))}\n${objects.join('')}`);
  }
  return [...blocks, summary(result, style)].join('\n');
}

function objectText({ object, noticed, skipped }: Examined, style: Paint, width: number | undefined): string {
  const title = `  ${style('bold', visible(titleOf(object)))}`;
  if (skipped !== undefined) return `${title}: ${style('dim', `left alone, ${visible(skipped)}`)}\n`;
  const columns = { place: widest(noticed.map(placeOf)), rule: widest(noticed.map(({ rule }) => rule)) };
  return `${title}\n${noticed.map((one) => `${line(one, columns, { style, width })}\n`).join('')}`;
}

interface Columns {
  readonly place: number;
  readonly rule: number;
}

function line(one: Noticed, columns: Columns, { style, width }: { style: Paint; width: number | undefined }): string {
  const place = placeOf(one).padEnd(columns.place);
  const severity = style(severityStyle[one.severity], one.severity.padEnd(7));
  const rule = one.rule.padEnd(columns.rule);
  const indent = 4 + columns.place + 2 + 7 + 2 + columns.rule + 2;
  return `    ${style('dim', place)}  ${severity}  ${style('cyan', rule)}  ${wrap(visible(one.message), indent, width)}`;
}

function placeOf({ line, column }: Noticed): string {
  return `${line}:${column}`;
}

function summary(result: Result, style: Paint): string {
  if (result.examined.length === 0) return '';
  const told = allTold(result);
  const counts = countBySeverity(told);
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => style(severityStyle[severity], count(counts[severity], severity)));
  const left = result.examined.filter(({ skipped }) => skipped !== undefined).length;
  if (left > 0) parts.push(style('dim', `${left} left alone`));
  const where = `${count(result.examined.length, 'Deployment')} in ${count(result.files, 'file')}`;
  const edits = told.filter(({ changes }) => changes.length > 0).length;
  const hint =
    edits === 0
      ? ''
      : ` ${style('bold', 'hitless fix')} writes what the ${count(edits, 'warning')} ask${edits === 1 ? 's' : ''} for.`;
  return `${where}: ${parts.length === 0 ? style('green', 'nothing found') : parts.join(', ')}.${hint}\n`;
}
