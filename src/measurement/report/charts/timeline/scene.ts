// All that a time line shows, measured out before it is drawn.

import type { Measurement } from '../../../analysis/measurement.ts';
import type { PodRoute } from '../../../analysis/pod-routes.ts';
import { narrowBelow } from '../echarts.ts';
import type { LegendItem } from '../legend.ts';
import { type EventLine, eventLines, type LineLabel, lineLabels } from './event-lines.ts';
import { layOut, type TimelineLayout } from './layout.ts';
import { bandName, endpointPhaseLabels, mostPods, podLabelWidth, podPhaseLabels } from './pods.ts';
import { answeredName, lostName, type Powers, powersOf, type TrafficDots, trafficDots } from './requests.ts';
import { lastArrivalName, ruleName } from './routes.ts';
import { beganMs, endpointPhases, type PodSpans, podPhases, spansOf } from './spans.ts';

export interface TimelineScene {
  readonly width: number;
  readonly narrow: boolean;
  readonly beganMs: number;
  /** The stretch of time, in seconds since the rollout began. */
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly TrafficDots[];
  readonly powers: Powers;
  readonly rows: readonly PodSpans[];
  /** Pods for which there was no room. */
  readonly leftOut: number;
  /** Undefined where they were not recorded. */
  readonly routes: readonly PodRoute[] | undefined;
  readonly lines: readonly EventLine[];
  readonly labels: readonly LineLabel[];
  /** The entries of the legend of the pods. */
  readonly bars: readonly LegendItem[];
  readonly layout: TimelineLayout;
}

/** The entries of the legend of the requests. */
export const dots = [
  { name: answeredName, icon: 'circle' },
  { name: lostName, icon: 'diamond' },
] as const;

// A line with a stroke across its ends, as in the picture.
const lineIcon = 'path://M0 0H1.5V3H12.5V0H14V8H12.5V5H1.5V8H0Z';

/** A sleep only where a pod has one. */
const barsOf = (rows: readonly PodSpans[]) => [
  ...podPhases
    .filter((phase) => phase !== 'sleeping' || rows.some(({ pods }) => pods.some((one) => one.phase === phase)))
    .map((phase) => ({ name: podPhaseLabels[phase], icon: 'roundRect' })),
  ...endpointPhases.map((phase) => ({ name: endpointPhaseLabels[phase], icon: lineIcon })),
  { name: bandName, icon: 'rect' },
];

const routeBars = [
  { name: ruleName, icon: lineIcon },
  { name: lastArrivalName, icon: 'triangle' },
];

export function sceneOf(
  measurement: Measurement,
  { width, headHeight }: Record<'width' | 'headHeight', number>,
): TimelineScene {
  const narrow = width < narrowBelow;
  const began = beganMs(measurement);
  const lanes = trafficDots(measurement, began);
  const pods = spansOf(measurement);
  const rows = pods.slice(0, mostPods);
  const from = (measurement.startedMs - began) / 1000;
  const to = Math.max(from + 0.001, (measurement.endedMs - began) / 1000);
  const lines = eventLines(measurement, began);
  const { routes } = measurement;
  const bars = [...barsOf(rows), ...(routes === undefined ? [] : routeBars)];
  const needs = {
    width,
    narrow,
    headHeight,
    lanes: lanes.length,
    pods: rows.length,
    routed: routes !== undefined,
    podNames: podLabelWidth(rows),
    dots,
    bars,
  };
  const { left, right } = layOut({ ...needs, labelRows: 1 });
  const labels = lineLabels(
    lines,
    (seconds) => left + ((seconds - from) / (to - from)) * (width - left - right),
    width,
  );
  const layout = layOut({ ...needs, labelRows: Math.max(1, ...labels.map(({ row }) => row + 1)) });
  const leftOut = pods.length - rows.length;
  const powers = powersOf(lanes);
  return { width, narrow, beganMs: began, from, to, lanes, powers, rows, leftOut, routes, lines, labels, bars, layout };
}
