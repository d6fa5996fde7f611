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
import { edge, headings, headingsHeight, textElement } from './text.ts';

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
  const plot: Plot = {
    left: narrow ? edge + 4 : 250,
    right: narrow ? 52 : 72,
    top: place.top + (items.length === 0 ? 0 : legendHeight(items, place.width) + 8),
    band: narrow ? 48 : 34,
    narrow,
  };
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

function rowAxis(rows: readonly RowResult[], { left, narrow }: Plot) {
  return {
    type: 'category',
    inverse: true,
    data: rows.map((row) => nameOf(row, rows)),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour.axis } },
    axisLabel: {
      show: !narrow,
      interval: 0,
      width: left - 26,
      overflow: 'truncate',
      color: colour.text,
      fontSize: 12,
      lineHeight: 15,
      rich: { dim: { color: colour.muted, fontSize: 11, lineHeight: 14 } },
    },
  } as const;
}

/** The title, and under it what else differs among the rows. */
function nameOf(row: RowResult, rows: readonly RowResult[]): string {
  const about = whatDiffers(row, rows);
  // Braces and bars are the library's own marks for styles.
  const title = brief(row.title, 60).replace(/[{}|]/g, ' ');
  return about === '' ? title : `${title}\n{dim|${about}}`;
}

/** In a narrow picture the name of a row is above its bar. */
function namesAbove(rows: readonly RowResult[], { left, top, band }: Plot, width: number) {
  return rows.flatMap((row, at) => [
    textElement({ text: brief(row.title, 34), left, top: top + at * band }),
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
