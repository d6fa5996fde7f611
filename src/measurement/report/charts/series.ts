// Series that the library does not have: boxes with any start, and vertical lines.

import type { CustomSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import { type ColourName, colour } from './palette.ts';

export interface Box {
  /** The middle of the row, on the y axis. */
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

interface BoxLook {
  readonly name: string;
  readonly colour: ColourName;
  /** Pixels; `offset` is from the middle of the row to the middle of the box. */
  readonly height: number;
  readonly offset: number;
  /** A stroke across each end. */
  readonly ends?: boolean;
  readonly opacity?: number;
  readonly axis?: number;
}

/** Bars with any start. */
export function boxes(
  data: readonly Box[],
  { name, colour: tone, height, offset, ends = false, opacity = 1, axis = 0 }: BoxLook,
) {
  return {
    type: 'custom',
    name,
    xAxisIndex: axis,
    yAxisIndex: axis,
    silent: true,
    clip: false,
    z: 3,
    itemStyle: { color: colour[tone], opacity },
    encode: { x: [1, 2], y: 0 },
    data: data.map(({ row, from, to }) => [row, from, to]),
    renderItem: (_, api) => {
      const [x = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
      const [end = 0] = api.coord([api.value(2), api.value(0)]);
      const style = { fill: colour[tone], opacity };
      const width = Math.max(1.5, end - x);
      const rect = {
        type: 'rect',
        style,
        shape: { x, y: y + offset - height / 2, width, height, r: ends ? 0 : 2 },
      } as const;
      if (!ends) return rect;
      const stroke = { y: y + offset - 4, width: 1.5, height: 8 };
      const strokes = [x, x + width - 1.5].map((at) => ({ type: 'rect', style, shape: { ...stroke, x: at } }) as const);
      return { type: 'group', children: [rect, ...strokes] };
    },
  } satisfies CustomSeriesOption;
}

export interface VerticalLine {
  /** On the horizontal axis. */
  readonly at: number;
  readonly tone: ColourName;
}

/** Dashed lines through the whole plot; a series without data carries them. */
export function verticalLines(lines: readonly VerticalLine[], axis = 0): ScatterSeriesOption {
  return {
    type: 'scatter',
    xAxisIndex: axis,
    yAxisIndex: axis,
    silent: true,
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { type: [4, 3], width: 1.25 },
      data: lines.map(({ at, tone }) => ({ xAxis: at, lineStyle: { color: colour[tone] } })),
    },
  };
}
