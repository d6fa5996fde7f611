// The result of the lab as tables of Markdown, for docs/results: rows of the matrix by kinds of traffic, and by kind of workload.

import { escapedMarkdown, tableLines } from '../../text/markdown.ts';
import type { LabResult, RowResult } from '../lab/result.ts';
import { type Traffic, trafficKinds } from '../traffic.ts';
import { byKind, floorNote, kindColumns } from './by-kind.ts';
import { byLeave, cordonNote, isLeast } from './by-leave.ts';
import { mean, share, trafficLabels, whatDiffers } from './labels.ts';

/** Ends with a line break. A row that was not measured says so; a count without losses is bold. */
export function markdownTable({ rows }: Pick<LabResult, 'rows'>): string {
  const found = trafficKinds.filter((lane) => rows.some((row) => row.lanes.some((one) => one.lane === lane)));
  const head = ['what is set', ...found.map((lane) => trafficLabels[lane]), 'together'];
  const rule = ['---', ...found.map(() => '---:'), '---:'];
  return tableLines([head, rule, ...rows.map((row) => cells(row, rows, found))]);
}

/** The losses of each kind, nothing against all of hitless. Ends with a line break. */
export function kindsMarkdown({ rows }: Pick<LabResult, 'rows'>): string {
  const kinds = byKind(rows);
  const lines = kinds.map(({ title, nothing, all, advised, isFloor }) => {
    const least = isFloor ? ' (its floor)' : '';
    return [
      escapedMarkdown(title),
      losses(nothing),
      losses(all),
      advised === undefined ? '' : `${losses(advised)}${least}`,
    ];
  });
  const head = ['kind', ...kindColumns];
  const table = tableLines([head, ['---', '---:', '---:', '---:'], ...lines]);
  return kinds.some(({ isFloor }) => isFloor) ? `${table}\n${floorNote}\n` : table;
}

/** The losses of each way to leave, and what hitless can do for it. Ends with a line break. */
export function leavingMarkdown({ rows }: Pick<LabResult, 'rows'>): string {
  const found = byLeave(rows);
  if (found === undefined) return 'Not measured.\n';
  const lines = found.lines.map((line) => [
    escapedMarkdown(line.title),
    ...line.rows.map((row) => {
      return row === undefined ? 'not measured' : `${boldShare(row)}${isLeast(line, row) ? ' (its floor)' : ''}`;
    }),
    escapedMarkdown(line.verdict),
  ]);
  const head = ['way to leave', ...found.columns.map(escapedMarkdown), 'what hitless can do'];
  const rule = ['---', ...found.columns.map(() => '---:'), '---'];
  return `${tableLines([head, rule, ...lines])}\n${cordonNote}\n`;
}

function losses(row: RowResult | undefined): string {
  return row === undefined ? 'not measured' : `${boldShare(row)}, ${mean(row.perRollout.mean)} per rollout`;
}

function cells(row: RowResult, rows: readonly RowResult[], found: readonly Traffic[]): readonly string[] {
  const about = whatDiffers(row, rows);
  const name = escapedMarkdown(about === '' ? row.title : `${row.title}, ${about}`);
  if (row.rollouts.length === 0) return [name, ...found.map(() => ''), 'not measured'];
  const byLane = found.map((lane) => {
    const own = row.lanes.find((one) => one.lane === lane);
    return own === undefined ? '' : boldShare(own);
  });
  return [name, ...byLane, boldShare(row)];
}

/** `45 of 1,000`; without losses bold. */
export function boldShare(counted: Pick<RowResult, 'lost' | 'sent'>): string {
  return counted.lost === 0 && counted.sent > 0 ? `**${share(counted)}**` : share(counted);
}
