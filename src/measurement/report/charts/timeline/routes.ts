// Under each pod's bar of a time line, where they were recorded: as long as the rules of the node led to it, and its last new connection.

import type { ScatterSeriesOption } from 'echarts/charts';
import type { PodRoute } from '../../../analysis/pod-routes.ts';
import { colour } from '../palette.ts';
import { boxes } from '../series.ts';
import type { PodSpans } from './spans.ts';

export const ruleName = 'rules of the node lead here';
export const lastArrivalName = 'last new connection';

/** Pixels by which a row is taller, and its other marks are higher. */
export const routeRoom = { height: 8, lift: 4 } as const;
const offset = 9;

interface Place {
  readonly axis: number;
  readonly beganMs: number;
  /** The stretch of time, in seconds since the rollout began. */
  readonly from: number;
  readonly to: number;
}

export function routeSeries(
  routes: readonly PodRoute[],
  rows: readonly PodSpans[],
  { axis, beganMs, from, to }: Place,
) {
  const seconds = (ms: number) => Math.min(to, Math.max(from, (ms - beganMs) / 1000));
  const shown = rows.flatMap(({ pod, old }, row) => {
    const route = routes.find((one) => one.pod === pod);
    return route === undefined ? [] : [{ ...route, old, row }];
  });
  const lines = shown.flatMap(({ row, fromMs, toMs }) =>
    fromMs === undefined ? [] : [{ row, from: seconds(fromMs), to: toMs === undefined ? to : seconds(toMs) }],
  );
  // A pod that stays gets connections for as long as the load lasts.
  const arrivals = shown.flatMap(({ row, toMs, lastArrivalMs }) =>
    toMs === undefined || lastArrivalMs === undefined ? [] : [[seconds(lastArrivalMs), row]],
  );
  const look = { name: ruleName, colour: 'zero', height: 3, offset, ends: true, axis } as const;
  const last: ScatterSeriesOption = {
    type: 'scatter',
    name: lastArrivalName,
    xAxisIndex: axis,
    yAxisIndex: axis,
    silent: true,
    clip: false,
    symbol: 'triangle',
    symbolSize: 8,
    symbolOffset: [0, offset],
    z: 6,
    itemStyle: { color: colour['endpoint-lag'], opacity: 1 },
    data: arrivals,
  };
  return [boxes(lines, look), last];
}
