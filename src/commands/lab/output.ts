// The results of the lab as text.

import type { LabResult, RowResult } from '../../measurement/lab/result.ts';
import { causesText, measuredUnit } from '../../measurement/report/labels.ts';
import { type Paint, paint, wrap } from '../../terminal/style.ts';
import { aligned, table } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import { lagPartsText } from './lag-parts-text.ts';

export function labText(result: LabResult, terminal: Terminal): string {
  const style = paint(terminal.colour.out);
  const measured = result.rows.filter(({ rollouts }) => rollouts.length > 0);
  const blocks = [
    ...(measured.length > 0
      ? [overview(measured, style, terminal.width), byLane(measured, style), ownDelay(measured)]
      : []),
    ...(result.lag === undefined ? [] : [lagText(result, terminal.width)]),
    ...(result.lagParts === undefined ? [] : [lagPartsText(result.lagParts)]),
    ...(result.failures.length === 0 ? [] : [failures(result.failures, style, terminal.width)]),
  ];
  return `${blocks.join('\n')}`;
}

function columnsOf(rows: readonly RowResult[]): readonly string[] {
  const unit = measuredUnit(rows);
  return ['row', 'application', 'replicas', `${unit}s`, 'sent', 'lost', `per ${unit} (95 %)`, 'longest gap'];
}

function overview(rows: readonly RowResult[], style: Paint, width = Number.POSITIVE_INFINITY): string {
  const dress = { row: (line: string, index: number) => colour(line, rows[index]?.lost === 0, style) };
  const columns = columnsOf(rows);
  const whole = [[...columns, 'causes'], ...rows.map((row) => [...cellsOf(row), causesText(row)])];
  if (aligned(whole).every(({ length }) => length <= width)) return table(whole, dress);
  // Wrapped lines would break the table.
  const causes = rows
    .filter(({ lost }) => lost > 0)
    .map((row) => wrap(`${row.title}, ${drainsOf(row)}, ×${row.replicas}: ${causesText(row)}`, 2, width));
  const told = causes.length === 0 ? [] : [`causes\n${causes.map((line) => `  ${line}\n`).join('')}`];
  return [table([columns, ...rows.map(cellsOf)], dress), ...told].join('\n');
}

function cellsOf(row: RowResult): readonly string[] {
  const { mean, low, high } = row.perRollout;
  return [
    row.title,
    drainsOf(row),
    `${row.replicas}`,
    `${row.rollouts.length}`,
    number(row.sent),
    number(row.lost),
    `${short(mean)} (${short(low)} to ${short(high)})`,
    row.lost === 0 ? '' : `${(row.longestGapMs / 1000).toFixed(2)} s`,
  ];
}

function drainsOf({ drains }: RowResult): string {
  return drains ? 'drains' : 'ends';
}

function colour(line: string, isFine: boolean, style: Paint): string {
  return isFine ? style('green', line) : line;
}

function short(n: number): string {
  return n >= 100 ? n.toFixed(0) : n.toFixed(1);
}

/** Lost of sent, for each kind of traffic. */
function byLane(rows: readonly RowResult[], style: Paint): string {
  const lanes = [...new Set(rows.flatMap((row) => row.lanes.map(({ lane }) => lane)))];
  const body = rows.map((row) => [
    row.title,
    drainsOf(row),
    `${row.replicas}`,
    ...lanes.map((lane) => {
      const found = row.lanes.find((one) => one.lane === lane);
      return found === undefined ? '' : `${number(found.lost)} of ${number(found.sent)}`;
    }),
  ]);
  const head = ['lost by kind of traffic', 'application', 'replicas', ...lanes];
  return table([head, ...body], { row: (line, index) => colour(line, rows[index]?.lost === 0, style) });
}

/** How punctual the load was: where this is long, the machine was too busy to measure. */
function ownDelay(rows: readonly RowResult[]): string {
  const p99 = Math.max(...rows.flatMap(({ rollouts }) => rollouts.map(({ schedulingError }) => schedulingError.p99)));
  return `The load sent 99 % of each rollout's requests at most ${p99.toFixed(1)} ms after they were due.\n`;
}

function lagText({ lag, recommendation }: LabResult, width: number | undefined): string {
  if (lag === undefined) return '';
  const s = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const measured = `From the moment a pod is marked for deletion to its last new connection: half of ${count(lag.pods, 'pod')} ${s(lag.p50)}, 99 % ${s(lag.p99)}, the slowest ${s(lag.max)}.`;
  const advice =
    recommendation === undefined ? '' : `${wrap(visible(recommendation.why), 0, width)}\n\n${recommendation.policy}`;
  return `${wrap(measured, 0, width)}\n${advice}`;
}

function failures(sentences: readonly string[], style: Paint, width: number | undefined): string {
  const lines = sentences.map((one) => `  ${wrap(visible(one), 2, width)}\n`);
  return `${style('red', 'Not measured')}\n${lines.join('')}`;
}
