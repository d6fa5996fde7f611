// What a rollout loses, row by row of the matrix: bars stacked by cause, whiskers for how far the mean can be trusted.

import { number } from '../../../text/count.ts';
import { brief } from '../../../text/markup.ts';
import type { RowResult } from '../../lab/result.ts';
import { causeLabels, mean, occurredCauses, whatDiffers } from '../labels.ts';
import { axisName } from './axis.ts';
import { type Chart, type ChartOptions, defaultWidth, narrowBelow, type Option, renderSvg } from './echarts.ts';
import { legend, legendHeight } from './legend.ts';
import { type LossPart, lossBars, meanLabels, whiskers } from './losses-series.ts';
import { colour } from './palette.ts';
import { edge, headings, headingsHeight, textElement, textWidth, wrapped } from './text.ts';

export interface Losses {
  readonly title: string;
  readonly subtitle?: string;
  readonly rows: readonly RowResult[];
  /** The right end of the axis, so that several charts can be compared; absent: by these rows. */
  readonly most?: number;
  /** What the bars are divided into; absent: the causes. */
  readonly parts?: readonly LossPart[];
  /** What a row is called, and what is under that; absent: its title, and what else differs among the rows. */
  readonly names?: (row: RowResult) => RowName;
}

interface RowName {
  readonly title: string;
  readonly about: string;
}

/** The text of an SVG; the same bytes for the same rows. */
export function lossesSvg(losses: Losses, look: ChartOptions = {}): string {
  return renderSvg(lossesPicture(losses, look));
}

/** As lossesSvg, before it is drawn. */
export function lossesPicture(losses: Losses, { width = defaultWidth, headed = true }: ChartOptions = {}): Chart {
  const { rows, most = mostOf(rows), parts = causeParts(rows) } = losses;
  const narrow = width < narrowBelow;
  const named = namesOf(losses, narrow ? 'short' : 'long');
  const items = parts.map(({ name }) => ({ name, icon: 'rect' }));
  const place = { left: edge, top: headed ? headingsHeight(losses) : 10, width: width - 2 * edge };
  const top = place.top + (items.length === 0 ? 0 : legendHeight(items, place.width) + 8);
  const plot = { ...(narrow ? narrowPlot(named, width) : widePlot(named)), top, narrow };
  const height = Math.max(1, rows.length) * plot.band;
  const option: Option = {
    title: [...(headed ? headings(losses) : []), ...(narrow ? namesAbove(named, plot, width) : [])],
    legend: legend(items, place),
    grid: { left: plot.left, right: plot.right, top: plot.top, height, outerBoundsMode: 'none' },
    xAxis: lossAxis(niceAbove(most), narrow),
    yAxis: rowAxis(named, plot),
    series: [...lossBars(rows, parts, narrow ? 14 : 16), whiskers(rows), meanLabels(rows)],
  };
  return { option, width, height: plot.top + height + 46, label: labelFor(losses) };
}

function namesOf({ rows, names }: Losses, length: 'long' | 'short'): readonly RowName[] {
  return rows.map(names ?? ((row) => ({ title: row.title, about: whatDiffers(row, rows, length) })));
}

/** The names of the rows beside the bars: as much room as the longest needs, up to a third of the picture. */
function widePlot(named: readonly RowName[]) {
  const names = named.map(nameOf);
  const longest = Math.max(0, ...names.flatMap(({ lines, about }) => [...lines, about].map((line) => textWidth(line))));
  const most = Math.max(0, ...names.map(({ lines, about }) => lines.length + (about === '' ? 0 : 1)));
  return { left: Math.max(250, Math.ceil(longest) + 26), right: 72, band: Math.max(34, most * 15 + 8) };
}

/** The names of the rows above the bars. */
function narrowPlot(named: readonly RowName[], width: number) {
  const most = Math.max(1, ...named.map((row) => linesAbove(row, width).length));
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

function causeParts(rows: readonly RowResult[]): readonly LossPart[] {
  return occurredCauses(rows.map(({ causes }) => causes)).map((cause) => {
    return { name: causeLabels[cause].title, colour: cause, of: ({ causes }) => causes[cause] ?? 0 };
  });
}

function rowAxis(named: readonly RowName[], { narrow }: Plot) {
  return {
    type: 'category',
    inverse: true,
    data: named.map(labelOf),
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
function nameOf({ title, about }: RowName) {
  return { lines: wrapped(brief(title, longestTitle), widestName), about };
}

const longestTitle = 120;

/** Braces and bars are the library's own marks for styles. */
function labelOf(row: RowName): string {
  const { lines, about } = nameOf(row);
  const title = lines.join('\n').replace(/[{}|]/g, ' ');
  return about === '' ? title : `${title}\n{dim|${about}}`;
}

/** In a narrow picture the name of a row is above its bar, and what differs at its right. */
function namesAbove(named: readonly RowName[], { left, top, band }: Plot, width: number) {
  return named.flatMap(({ title, about }, at) => [
    ...linesAbove({ title, about }, width).map((text, line) =>
      textElement({ text, left, top: top + at * band + line * 16 }),
    ),
    textElement({
      text: about,
      left: width - edge,
      top: top + at * band,
      align: 'right',
      size: 11,
      colour: 'muted',
    }),
  ]);
}

function linesAbove({ title, about }: RowName, width: number): readonly string[] {
  const room = width - 3 * edge - textWidth(about, 11);
  return wrapped(brief(title, longestTitle), room);
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

function labelFor(losses: Losses): string {
  const { title, rows } = losses;
  const named = namesOf(losses, 'long');
  const parts = rows.map((row, at) => {
    const { title: name = '', about = '' } = named[at] ?? {};
    return `${name}${about === '' ? '' : ` (${about})`}: ${mean(row.perRollout.mean)}`;
  });
  return brief(`${title}. Lost requests per rollout in ${number(rows.length)} rows. ${parts.join('; ')}.`, 1500);
}
