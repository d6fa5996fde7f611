// How long pods that leave still get new connections: a bar per stretch of time, as tall as the number of pods.

import type { CustomSeriesOption } from 'echarts/charts';
import { count } from '../../../text/count.ts';
import type { Lag } from '../../lab/result.ts';
import { duration } from '../labels.ts';
import { axisName } from './axis.ts';
import { type Chart, type ChartOptions, defaultWidth, narrowBelow, type Option, renderSvg } from './echarts.ts';
import { type ColourName, colour } from './palette.ts';
import { verticalLines } from './series.ts';
import { edge, headings, headingsHeight, keptWithin, labelRows, textElement } from './text.ts';

export interface LagPicture {
  readonly title: string;
  readonly lag: Lag;
  /** Drawn as a line where it is near enough to be seen beside the lag. */
  readonly sleepSeconds?: number;
}

/** The text of an SVG; the same bytes for the same lag. */
export function lagSvg(given: LagPicture, look: ChartOptions = {}): string {
  return renderSvg(lagPicture(given, look));
}

const plotHeight = 190;
const labelRow = 16;
const left = 52;

/** As lagSvg, before it is drawn. */
export function lagPicture(
  { title, lag, sleepSeconds }: LagPicture,
  { width = defaultWidth, headed = true }: ChartOptions = {},
): Chart {
  const right = 22;
  const marks = marksOf(lag, sleepSeconds);
  const step = binWidth(lag.max, width < narrowBelow ? 14 : 28);
  const to = Math.ceil((Math.max(...marks.map(({ ms }) => ms)) * 1.02 + 1) / step) * step;
  const placed = marks.map((mark) => {
    const at = left + (mark.ms / to) * (width - left - right);
    return { ...mark, at: keptWithin(at, mark.words, { from: left, to: width - edge }) };
  });
  const rows = labelRows(placed);
  const top = (headed ? headingsHeight({}) : 10) + labelRow * (Math.max(...rows) + 1) + 4;
  const option: Option = {
    title: [
      ...(headed ? headings({ title }) : []),
      ...placed.map(({ words, tone, at }, n) =>
        textElement({
          text: words,
          left: at,
          top: top - labelRow * ((rows[n] ?? 0) + 1) - 2,
          align: 'center',
          colour: tone,
        }),
      ),
    ],
    grid: { left, right, top, height: plotHeight, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      min: 0,
      max: to,
      splitNumber: width < narrowBelow ? 4 : 8,
      axisLabel: {
        color: colour.muted,
        fontSize: 11,
        formatter: (ms: number) => (ms === 0 ? '0' : duration(ms)),
        showMaxLabel: false,
      },
      splitLine: { show: false },
      axisLine: { lineStyle: { color: colour.axis } },
      axisTick: { lineStyle: { color: colour.axis } },
      ...axisName('from deletion to the last new connection'),
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      name: 'pods',
      nameLocation: 'middle',
      nameGap: 34,
      nameTextStyle: { color: colour.muted, fontSize: 12 },
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colour.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: colour.grid } },
    },
    series: [bins(lag, step), verticalLines(marks.map(({ ms, tone }) => ({ at: ms, tone })))],
  };
  const words = placed.map((mark) => mark.words).join(', ');
  return { option, width, height: top + plotHeight + 46, label: `${title}. ${count(lag.pods, 'pod')}: ${words}.` };
}

interface Mark {
  readonly ms: number;
  readonly words: string;
  readonly tone: ColourName;
}

// A line farther away than this times the slowest pod would leave no room for the bars.
const farthest = 6;

function marksOf({ p50, p99, max }: Lag, sleepSeconds: number | undefined): readonly Mark[] {
  const sleep = (sleepSeconds ?? 0) * 1000;
  const near = sleep > 0 && sleep <= Math.max(1, max) * farthest;
  return [
    { ms: p50, words: `p50 ${duration(p50)}`, tone: 'muted' },
    { ms: p99, words: `p99 ${duration(p99)}`, tone: 'muted' },
    { ms: max, words: `max ${duration(max)}`, tone: 'text' },
    ...(near ? [{ ms: sleep, words: `recommended sleep ${duration(sleep)}`, tone: 'zero' } as const] : []),
  ];
}

const widths = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000];

function binWidth(max: number, most: number): number {
  return widths.find((width) => max / width <= most) ?? Math.ceil(max / most);
}

function bins({ values }: Lag, step: number): CustomSeriesOption {
  const counts = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor(Math.max(0, value) / step);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return {
    type: 'custom',
    silent: true,
    encode: { x: [0, 1], y: 2 },
    data: [...counts].map(([bin, pods]) => [bin * step, (bin + 1) * step, pods]),
    renderItem: (_, api) => {
      const [x = 0, y = 0] = api.coord([api.value(0), api.value(2)]);
      const [end = 0, floor = 0] = api.coord([api.value(1), 0]);
      const shape = { x: x + 0.5, y, width: Math.max(1, end - x - 1), height: floor - y };
      return { type: 'rect', shape, style: { fill: colour.ready } };
    },
  };
}
