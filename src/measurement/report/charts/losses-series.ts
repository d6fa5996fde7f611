// The marks of the chart of losses: bars in parts, whiskers, and the mean in figures.

import type { BarSeriesOption, CustomSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { RowResult } from '../../lab/result.ts';
import { mean } from '../labels.ts';
import { type ColourName, colour } from './palette.ts';

/** A part of the losses of a row. */
export interface LossPart {
  /** For the legend. */
  readonly name: string;
  readonly colour: ColourName;
  /** Over all rollouts of the row. */
  readonly of: (row: RowResult) => number;
}

/** Stacked in the order of `parts`. */
export function lossBars(
  rows: readonly RowResult[],
  parts: readonly LossPart[],
  barWidth: number,
): readonly BarSeriesOption[] {
  return parts.map(({ name, colour: tone, of }) => {
    const perRollout = rows.map((row) => of(row) / Math.max(1, row.rollouts.length));
    return {
      type: 'bar',
      name,
      stack: 'losses',
      silent: true,
      barWidth,
      itemStyle: { color: colour[tone], borderColor: colour.surface, borderWidth: 0.75 },
      // '-': no bar; one of no width would still have its border.
      data: perRollout.map((value) => (value === 0 ? '-' : value)),
    };
  });
}

export function whiskers(rows: readonly RowResult[]): CustomSeriesOption {
  // A lighter line beneath: it must be seen on bars of every colour.
  const strokes = [
    { fill: 'none', stroke: colour.surface, lineWidth: 3.5, opacity: 0.7 },
    { fill: 'none', stroke: colour.whisker, lineWidth: 1.5 },
  ] as const;
  return {
    type: 'custom',
    silent: true,
    clip: false,
    z: 5,
    encode: { x: [1, 2], y: 0 },
    data: rows.flatMap(({ perRollout: { low, high } }, row) => (high > low ? [[row, Math.max(0, low), high]] : [])),
    renderItem: (_, api) => {
      const [from = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
      const [to = 0] = api.coord([api.value(2), api.value(0)]);
      const ends = [from, to].map((x) => ({ x1: x, y1: y - 5, x2: x, y2: y + 5 }));
      const shapes = [{ x1: from, y1: y, x2: to, y2: y }, ...ends];
      const children = strokes.flatMap((style) => shapes.map((shape) => ({ type: 'line', style, shape }) as const));
      return { type: 'group', children };
    },
  };
}

/** The mean behind each whisker; a 0 has a mark of its own, to show that it was measured. Where nothing was measured, the label says so. */
export function meanLabels(rows: readonly RowResult[]): ScatterSeriesOption {
  return {
    type: 'scatter',
    silent: true,
    clip: false,
    z: 6,
    data: rows.map(({ perRollout, lost, rollouts }, row) => {
      const measured = rollouts.length > 0;
      const none = measured && lost === 0;
      const label = {
        show: true,
        position: 'right',
        distance: 7,
        color: none ? colour.zero : measured ? colour.text : colour.muted,
        fontSize: 12,
        fontWeight: none ? 700 : 400,
        formatter: () => (measured ? mean(perRollout.mean) : 'not measured'),
      } as const;
      const end = Math.max(perRollout.mean, perRollout.high);
      const symbolSize = none && end === 0 ? 9 : 0;
      return {
        value: [end, row],
        symbol: 'circle',
        symbolSize,
        itemStyle: { color: none ? colour.zero : colour.surface, opacity: 1 },
        label,
      };
    }),
  };
}
