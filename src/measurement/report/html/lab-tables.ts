// The rows of the matrix as tables: in all, by kind of traffic, by cause.

import { type Cell, htmlTable } from '../../../page/parts.ts';
import { count, number } from '../../../text/count.ts';
import type { Markup } from '../../../text/markup.ts';
import type { Cause } from '../../analysis/measurement.ts';
import type { RowResult } from '../../lab/result.ts';
import { type Traffic, trafficKinds } from '../../traffic.ts';
import { byKind, kindColumns } from '../by-kind.ts';
import { type ByLeave, isLeast } from '../by-leave.ts';
import { causeLabels, drainLabels, duration, mean, measuredUnit, trafficLabels } from '../labels.ts';

const byWords: Readonly<Record<RowResult['by'], string>> = {
  webhook: 'the webhook',
  plan: 'hitless fix',
  nobody: 'not applicable',
};

export function rowTable(rows: readonly RowResult[]): Markup {
  const figures = true;
  const unit = measuredUnit(rows);
  return htmlTable({
    caption: `All rows of the matrix; per ${unit} the mean and, in brackets, its 95 % confidence interval`,
    columns: [
      { title: 'row' },
      { title: 'written by' },
      { title: `${unit}s`, figures },
      { title: 'sent', figures },
      { title: 'lost', figures },
      { title: `per ${unit}`, figures },
      { title: 'longest gap', figures },
    ],
    rows: rows.map((row) => [heading(row), byWords[row.by], number(row.rollouts.length), ...counts(row)]),
  });
}

function heading(row: RowResult): Cell {
  return { text: row.title, about: `${drainLabels(row)}, ${count(row.replicas, 'replica')}` };
}

function counts({ rollouts, sent, lost, perRollout, longestGapMs }: RowResult): readonly Cell[] {
  if (rollouts.length === 0) return ['', 'not measured', '', ''];
  const { mean: middle, low, high } = perRollout;
  const per = high > low ? `${mean(middle)} (${mean(low)} to ${mean(high)})` : mean(middle);
  return [number(sent), lossCell(lost), per, lost === 0 ? 'none' : duration(longestGapMs)];
}

function lossCell(lost: number): Cell {
  return { text: number(lost), tone: lost === 0 ? 'good' : 'bad' };
}

export function kindTable(rows: readonly RowResult[]): Markup {
  const figures = true;
  return htmlTable({
    caption: 'Lost requests by kind of workload; the application drains',
    columns: [{ title: 'kind' }, ...kindColumns.map((title) => ({ title, figures }))],
    rows: byKind(rows).map(({ title, nothing, all, advised, isFloor }) => [
      isFloor ? { text: title, about: 'without a surge its only pod leaves a gap' } : title,
      kindCell(nothing),
      kindCell(all),
      advised === undefined ? '' : kindCell(advised),
    ]),
  });
}

function kindCell(row: RowResult | undefined, remark = ''): Cell {
  if (row === undefined) return 'not measured';
  return { text: number(row.lost), tone: row.lost === 0 ? 'good' : 'bad', about: `of ${number(row.sent)}${remark}` };
}

export function leaveTable({ columns, lines }: ByLeave): Markup {
  const figures = true;
  return htmlTable({
    caption: 'Lost requests by the way in which pods leave',
    columns: [
      { title: 'way to leave' },
      ...columns.map((title) => ({ title, figures })),
      { title: 'what hitless can do' },
    ],
    rows: lines.map((line) => {
      const cells = line.rows.map((row) => {
        const floor = row !== undefined && isLeast(line, row) ? ', its floor' : '';
        return kindCell(row, floor);
      });
      return [line.title, ...cells, line.verdict];
    }),
  });
}

export function trafficTable(rows: readonly RowResult[]): Markup {
  const found = trafficKinds.filter((lane) => rows.some((row) => row.lanes.some((one) => one.lane === lane)));
  return htmlTable({
    caption: 'Lost requests, and how many were sent, by kind of traffic',
    columns: [{ title: 'row' }, ...found.map((lane) => ({ title: trafficLabels[lane], figures: true }))],
    rows: rows.map((row) => [heading(row), ...found.map((lane) => laneCell(row, lane))]),
  });
}

function laneCell({ lanes: own, rollouts }: RowResult, lane: Traffic): Cell {
  const found = own.find((one) => one.lane === lane);
  if (found === undefined || rollouts.length === 0) return '';
  return { text: number(found.lost), tone: found.lost === 0 ? 'good' : 'bad', about: `of ${number(found.sent)}` };
}

export function causeTable(rows: readonly RowResult[], found: readonly Cause[]): Markup {
  return htmlTable({
    caption: 'Lost requests by cause',
    columns: [{ title: 'row' }, ...found.map((cause) => ({ title: causeLabels[cause].title, figures: true }))],
    rows: rows.map((row) => [heading(row), ...found.map((cause) => causeCell(row, cause))]),
  });
}

function causeCell({ causes, rollouts }: RowResult, cause: Cause): Cell {
  if (rollouts.length === 0) return '';
  const lost = causes[cause] ?? 0;
  return lost === 0 ? '0' : { text: number(lost), tone: 'bad' };
}
