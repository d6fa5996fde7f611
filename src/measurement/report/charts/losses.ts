// What a rollout loses, row by row of the matrix: bars stacked by cause, whiskers for how far the mean can be trusted.

import { number } from '../../../text/count.ts';
import type { RowResult } from '../../lab/result.ts';
import { brief } from '../escape.ts';
import { causeLabels, mean, occurredCauses, whatDiffers } from '../labels.ts';
import { axisName } from './axis.ts';
import { type Chart, type ChartOptions, defaultWidth, narrowBelow, type Option, renderSvg } from './echarts.ts';
import { legend, legendHeight } from './legend.ts';
import { causeBars, meanLabels, whiskers } from './losses-series.ts';
import { colour } from './palette.ts';
import { edge, headings, headingsHeight, textElement, textWidth, wrapped } from './text.ts';

export interface Losses {
  readonly title: string;
  readonly subtitle?: string;
  readonly rows: readonly RowResult[];
  /** The right end of the axis, so that several charts can be compared; absent: by these rows. */
  readonly most?: number;
}

/** The text of an SVG; the same bytes for the same rows. */
export function lossesSvg(losses: Losses, look: ChartOptions = {}): string {
  return renderSvg(lossesPicture(losses, look));
}

/** As lossesSvg, before it is drawn. */
export function lossesPicture(losses: Losses, { width = defaultWidth, headed = true }: ChartOptions = {}): Chart {
  const { rows, most = mostOf(rows) } = losses;
  const narrow = width < narrowBelow;
  const found = occurredCauses(rows.map(({ causes }) => causes));
  const items = found.map((cause) => ({ name: causeLabels[cause].title, icon: 'rect' }));
  const place = { left: edge, top: headed ? headingsHeight(losses) : 10, width: width - 2 * edge };
  const top = place.top + (items.length === 0 ? 0 : legendHeight(items, place.width) + 8);
  const plot = { ...(narrow ? narrowPlot(rows, width) : widePlot(rows)), top, narrow };
  const height = Math.max(1, rows.length) * plot.band;
  const option: Option = {
    title: [...(headed ? headings(losses) : []), ...(narrow ? namesAbove(rows, plot, width) : [])],
    legend: legend(items, place),
    grid: { left: plot.left, right: plot.right, top: plot.top, height, outerBoundsMode: 'none' },
    xAxis: lossAxis(niceAbove(most), narrow),
    yAxis: rowAxis(rows, plot),
    series: [...causeBars(rows, found, narrow ? 14 : 16), whiskers(rows), meanLabels(rows)],
  };
  return { option, width, height: plot.top + height + 46, label: labelFor(losses) };
}

/** The names of the rows beside the bars: as much room as the longest needs, up to a third of the picture. */
function widePlot(rows: readonly RowResult[]) {
  const names = rows.map((row) => nameOf(row, rows));
  const longest = Math.max(0, ...names.flatMap(({ lines, about }) => [...lines, about].map((line) => textWidth(line))));
  const most = Math.max(0, ...names.map(({ lines, about }) => lines.length + (about === '' ? 0 : 1)));
  return { left: Math.max(250, Math.ceil(longest) + 26), right: 72, band: Math.max(34, most * 15 + 8) };
}

/** The names of the rows above the bars. */
function narrowPlot(rows: readonly RowResult[], width: number) {
  const most = Math.max(1, ...rows.map((row) => linesAbove(row, rows, width).length));
  return { left: edge + 4, right: 52, band: 16 + 2 * 16 * most };
}

interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Pixels per row. */
  readonly band: number;
  readonly narrow: boolean;
}

function lossAxis(max: number, narrow: boolean) {
  const name = narrow
    ? 'lost per rollout, 95 % interval'
    : 'lost requests per rollout, with the 95 % confidence interval';
  return {
    type: 'value',
    min: 0,
    max,
    splitNumber: narrow ? 4 : 8,
    axisLabel: { color: colour.muted, fontSize: 11 },
    splitLine: { lineStyle: { color: colour.grid } },
    ...axisName(name),
  } as const;
}

function rowAxis(rows: readonly RowResult[], { narrow }: Plot) {
  return {
    type: 'category',
    inverse: true,
    data: rows.map((row) => labelOf(nameOf(row, rows))),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour.axis } },
    axisLabel: {
      show: !narrow,
      interval: 0,
      color: colour.text,
      fontSize: 12,
      lineHeight: 15,
      rich: { dim: { color: colour.muted, fontSize: 11, lineHeight: 14 } },
    },
  } as const;
}

// A third of the picture: the bars need the rest.
const widestName = 300;

/** The title, and under it what else differs among the rows. */
function nameOf(row: RowResult, rows: readonly RowResult[]) {
  return { lines: wrapped(brief(row.title, longestTitle), widestName), about: whatDiffers(row, rows) };
}

const longestTitle = 120;

/** Braces and bars are the library's own marks for styles. */
function labelOf({ lines, about }: ReturnType<typeof nameOf>): string {
  const title = lines.join('\n').replace(/[{}|]/g, ' ');
  return about === '' ? title : `${title}\n{dim|${about}}`;
}

/** In a narrow picture the name of a row is above its bar, and what differs at its right. */
function namesAbove(rows: readonly RowResult[], { left, top, band }: Plot, width: number) {
  return rows.flatMap((row, at) => [
    ...linesAbove(row, rows, width).map((text, line) => textElement({ text, left, top: top + at * band + line * 16 })),
    textElement({
      text: whatDiffers(row, rows, 'short'),
      left: width - edge,
      top: top + at * band,
      align: 'right',
      size: 11,
      colour: 'muted',
    }),
  ]);
}

function linesAbove(row: RowResult, rows: readonly RowResult[], width: number): readonly string[] {
  const room = width - 3 * edge - textWidth(whatDiffers(row, rows, 'short'), 11);
  return wrapped(brief(row.title, longestTitle), room);
}

/** The farthest end of a whisker. */
export function mostOf(rows: readonly RowResult[]): number {
  return rows.reduce((most, { perRollout: { mean: middle, high } }) => Math.max(most, middle, high), 0);
}

/** A round number at or above. */
function niceAbove(most: number): number {
  if (most === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8].find((one) => one * power >= most) ?? 10) * power;
}

function labelFor({ title, rows }: Losses): string {
  const parts = rows.map((row) => {
    const about = whatDiffers(row, rows);
    return `${row.title}${about === '' ? '' : ` (${about})`}: ${mean(row.perRollout.mean)}`;
  });
  return brief(`${title}. Lost requests per rollout in ${number(rows.length)} rows. ${parts.join('; ')}.`, 1500);
}
