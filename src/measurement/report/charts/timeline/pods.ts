// The lower part of a time line: a bar per pod, and under it a line for its endpoint.

import { brief } from '../../../../text/markup.ts';
import { colour } from '../palette.ts';
import { boxes } from '../series.ts';
import { textWidth } from '../text.ts';
import type { TimelineLayout } from './layout.ts';
import { type EndpointPhase, endpointPhases, type PodPhase, type PodSpans, podPhases } from './spans.ts';

export const podPhaseLabels: Readonly<Record<PodPhase, string>> = {
  starting: 'starting',
  ready: 'ready',
  sleeping: 'preStop sleep',
  ending: 'after SIGTERM',
  ended: 'ended',
};

export const endpointPhaseLabels: Readonly<Record<EndpointPhase, string>> = {
  serving: 'endpoint ready',
  leaving: 'endpoint terminating',
};

export const bandName = 'losses';

/** More rows than this would be unreadable. */
export const mostPods = 40;

export function podSeries(
  rows: readonly PodSpans[],
  { axis, beganMs, lift = 0 }: { readonly axis: number; readonly beganMs: number; readonly lift?: number },
) {
  const seconds = (ms: number) => (ms - beganMs) / 1000;
  const bars = podPhases.map((phase) => {
    const data = rows.flatMap(({ pods }, row) => pods.filter((one) => one.phase === phase).map((one) => box(row, one)));
    return boxes(data, { name: podPhaseLabels[phase], colour: phase, height: 11, offset: -3 - lift, axis });
  });
  const lines = endpointPhases.map((phase) => {
    const data = rows.flatMap(({ endpoints }, row) =>
      endpoints.filter((one) => one.phase === phase).map((one) => box(row, one)),
    );
    return boxes(data, {
      name: endpointPhaseLabels[phase],
      colour: phase,
      height: 3,
      offset: 7 - lift,
      ends: true,
      axis,
    });
  });
  return [...bars, ...lines];

  function box(row: number, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
    return { row, from: seconds(fromMs), to: seconds(toMs) };
  }
}

/** Behind the bars, when requests were lost: it shows which pod did it. */
export function bandSeries(
  bands: readonly { readonly from: number; readonly to: number }[],
  axis: number,
  { height, row }: TimelineLayout['podPlot'],
) {
  const data = bands.map(({ from, to }) => ({ row: 0, from, to }));
  const look = { name: bandName, colour: 'lost', height, offset: (height - row) / 2, opacity: 0.22, axis } as const;
  return { ...boxes(data, look), z: 1 };
}

export function podAxis(rows: readonly PodSpans[], gridIndex: number) {
  return {
    type: 'category',
    gridIndex,
    inverse: true,
    data: podLabels(rows),
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: colour.text, fontSize: labelSize, interval: 0 },
    splitLine: { show: false },
  } as const;
}

const labelSize = 11;
/** A name that an author chose may be of any length; the end of it tells siblings apart. */
const longestName = 20;

/** Pixels of the longest label. */
export function podLabelWidth(rows: readonly PodSpans[]): number {
  return Math.max(0, ...podLabels(rows).map((label) => textWidth(label, labelSize)));
}

/** `old x2x9k`: the end of a pod's name distinguishes it from its siblings. */
function podLabels(rows: readonly PodSpans[]): string[] {
  return rows.map(({ pod, old }) => {
    const name = brief(pod, 300);
    const end = name.slice(name.lastIndexOf('-') + 1) || name;
    return `${old ? 'old' : 'new'} ${end.length > longestName ? `…${end.slice(-longestName)}` : end}`;
  });
}
