// The result of the lab as a table of Markdown, for docs/results: rows of the matrix by kinds of traffic, lost of sent.

import { number } from '../../text/count.ts';
import { visibleLines } from '../../text/hidden.ts';
import type { LabResult, RowResult } from '../lab/result.ts';
import { type Traffic, trafficKinds } from '../traffic.ts';
import { trafficLabels, whatDiffers } from './labels.ts';

/** Ends with a line break. A row that was not measured says so; a count without losses is bold. */
export function markdownTable({ rows }: Pick<LabResult, 'rows'>): string {
  const found = trafficKinds.filter((lane) => rows.some((row) => row.lanes.some((one) => one.lane === lane)));
  const head = ['what is set', ...found.map((lane) => trafficLabels[lane]), 'together'];
  const rule = ['---', ...found.map(() => '---:'), '---:'];
  return [head, rule, ...rows.map((row) => cells(row, rows, found))].map((one) => `| ${one.join(' | ')} |\n`).join('');
}

function cells(row: RowResult, rows: readonly RowResult[], found: readonly Traffic[]): readonly string[] {
  const about = whatDiffers(row, rows);
  const name = escaped(about === '' ? row.title : `${row.title}, ${about}`);
  if (row.rollouts.length === 0) return [name, ...found.map(() => ''), 'not measured'];
  const byLane = found.map((lane) => {
    const own = row.lanes.find((one) => one.lane === lane);
    return own === undefined ? '' : share(own);
  });
  return [name, ...byLane, share(row)];
}

function share({ lost, sent }: Pick<RowResult, 'lost' | 'sent'>): string {
  const text = `${number(lost)} of ${number(sent)}`;
  return lost === 0 && sent > 0 ? `**${text}**` : text;
}

/** Nothing of it is read as Markdown or HTML. */
function escaped(text: string): string {
  return visibleLines(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>|~&#!]/g, (found) => `\\${found}`);
}
