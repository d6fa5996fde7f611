// The strips of a time line: what became of each request of one kind of traffic, by time and latency.

import type { ScatterSeriesOption } from 'echarts/charts';
import { number } from '../../../../text/count.ts';
import type { Measurement } from '../../../analysis/measurement.ts';
import { isLost, type Sample } from '../../../load/sample.ts';
import { type Traffic, trafficKinds } from '../../../traffic.ts';
import { duration, trafficLabels } from '../../labels.ts';
import { colour } from '../palette.ts';
import { textElement } from '../text.ts';
import { downsample, dropOverlaps } from './downsample.ts';
import type { Strip } from './layout.ts';

/** Dots of answered requests in one strip; losses are all drawn. */
const mostAnswered = 400;

// Above this, losses within two pixels of one another are one dot: the others would lie under it.
const manyLost = 2000;
const spotsAcross = 480;

export interface TrafficDots {
  readonly lane: Traffic;
  readonly sent: number;
  /** x: seconds, y: the logarithm of the latency in milliseconds. */
  readonly answered: readonly (readonly [number, number])[];
  readonly lost: readonly (readonly [number, number])[];
  readonly lostCount: number;
  readonly isThinned: boolean;
}

/** Lanes without a sample are left out. */
export function trafficDots({ samples, startedMs, endedMs }: Measurement, beganMs: number): readonly TrafficDots[] {
  const spot = Math.max(0.001, (endedMs - startedMs) / 1000 / spotsAcross);
  const byLane = Map.groupBy(samples, ({ lane }) => lane);
  return trafficKinds.flatMap((lane) => {
    const own = byLane.get(lane) ?? [];
    return own.length === 0 ? [] : [dotsOf(lane, own, { beganMs, spot })];
  });
}

function dotsOf(
  lane: Traffic,
  own: readonly Sample[],
  { beganMs, spot }: Record<'beganMs' | 'spot', number>,
): TrafficDots {
  const dot = ({ dueMs, endMs }: Sample) => ({ x: (dueMs - beganMs) / 1000, y: logOf(endMs - dueMs) });
  const answered = own.filter((sample) => !isLost(sample)).map(dot);
  const lost = own.filter(isLost).map(dot);
  return {
    lane,
    sent: own.length,
    answered: downsample(answered, mostAnswered).map(pair),
    lost: (lost.length > manyLost ? dropOverlaps(lost, spot, 0.06) : lost).map(pair),
    lostCount: lost.length,
    isThinned: answered.length > mostAnswered,
  };
}

/** When requests were lost, in seconds: stretches, the losses within one no farther apart than `gap`. */
export function lossBands(
  lanesOfDots: readonly TrafficDots[],
  gap = 0.15,
): readonly { readonly from: number; readonly to: number }[] {
  const times = lanesOfDots.flatMap(({ lost }) => lost.map(([x]) => x)).toSorted((one, other) => one - other);
  const bands: { from: number; to: number }[] = [];
  for (const time of times) {
    const last = bands.at(-1);
    if (last !== undefined && time - last.to <= gap) last.to = time;
    else bands.push({ from: time, to: time });
  }
  return bands;
}

function pair({ x, y }: { readonly x: number; readonly y: number }): readonly [number, number] {
  return [round(x), round(y)];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** At least a tenth of a millisecond: clocks are not more precise. */
function logOf(ms: number): number {
  return Math.log10(Math.max(0.1, ms));
}

export interface Powers {
  readonly low: number;
  readonly high: number;
  readonly step: 1 | 2;
}

/** The powers of ten, in milliseconds, that hold all dots. */
export function powersOf(dots: readonly TrafficDots[]): Powers {
  let low = 1;
  let high = 1;
  for (const [, y] of dots.flatMap(({ answered, lost }) => [...answered, ...lost])) {
    low = Math.min(low, Math.floor(y));
    high = Math.max(high, Math.ceil(y));
  }
  return { low, high: Math.max(high, low + 1), step: high - low > 2 ? 2 : 1 };
}

export function stripAxis(powers: Powers, gridIndex: number) {
  return {
    type: 'value',
    gridIndex,
    min: powers.low,
    max: powers.high,
    interval: powers.step,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      color: colour.muted,
      fontSize: 11,
      showMaxLabel: (powers.high - powers.low) % powers.step === 0,
      formatter: (power: number) => duration(10 ** power),
    },
    splitLine: { lineStyle: { color: colour.grid, width: 1 } },
  } as const;
}

export const answeredName = 'answered';
export const lostName = 'lost';

export function stripSeries({ answered, lost }: TrafficDots, axis: number): readonly ScatterSeriesOption[] {
  const dots = { type: 'scatter', xAxisIndex: axis, yAxisIndex: axis, silent: true, clip: false } as const;
  return [
    {
      ...dots,
      ...dataOf(answered),
      name: answeredName,
      symbolSize: 3.5,
      z: 3,
      itemStyle: { color: colour.answered, opacity: 0.8 },
    },
    {
      ...dots,
      ...dataOf(lost),
      name: lostName,
      symbol: 'diamond',
      symbolSize: 7,
      z: 5,
      itemStyle: { color: colour.lost, opacity: 1 },
    },
  ];
}

/** `large`: one path for all dots of a series, a tenth of the bytes; without a dot the library cannot draw it. */
function dataOf(pairs: TrafficDots['lost']) {
  return { data: pairs.map(([x, y]) => [x, y]), large: pairs.length > 0, largeThreshold: 0, progressive: 0 };
}

/** The kind of traffic on the left, what it lost on the right of a plot that ends at `end`. */
export function stripHeading(
  { lane, sent, lostCount }: TrafficDots,
  { headTop: top }: Strip,
  { left, end }: Record<'left' | 'end', number>,
) {
  const lost = `${number(lostCount)} of ${number(sent)} lost`;
  const loud = lostCount > 0;
  return [
    textElement({ text: trafficLabels[lane], top, left }),
    textElement({ text: lost, top, left: end, align: 'right', bold: loud, colour: loud ? 'lost' : 'muted' }),
  ];
}
