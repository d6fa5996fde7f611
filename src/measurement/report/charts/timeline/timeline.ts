// One rollout under load, in a picture: each request a dot by its latency, each pod a bar on the same clock, losses in red.

import { count, number } from '../../../../text/count.ts';
import type { Measurement } from '../../../analysis/measurement.ts';
import { axisName, tickStep, ticks } from '../axis.ts';
import { type Chart, type ChartOptions, defaultWidth, type Option, renderSvg } from '../echarts.ts';
import { legend } from '../legend.ts';
import { colour } from '../palette.ts';
import { verticalLines } from '../series.ts';
import { edge, headings, headingsHeight, textElement } from '../text.ts';
import { labelText } from './event-lines.ts';
import { podsTitle, requestsTitle } from './layout.ts';
import { bandSeries, podAxis, podSeries } from './pods.ts';
import { lossBands, stripAxis, stripHeading, stripSeries } from './requests.ts';
import { routeRoom, routeSeries } from './routes.ts';
import { dots, sceneOf, type TimelineScene } from './scene.ts';
import { zeroText } from './spans.ts';

export interface Timeline {
  readonly title: string;
  readonly subtitle?: string;
  readonly measurement: Measurement;
}

/** The text of an SVG; the same bytes for the same time line. */
export function timelineSvg(timeline: Timeline, look: ChartOptions = {}): string {
  return renderSvg(timelinePicture(timeline, look));
}

/** As timelineSvg, before it is drawn. */
export function timelinePicture(timeline: Timeline, { width = defaultWidth, headed = true }: ChartOptions = {}): Chart {
  const scene = sceneOf(timeline.measurement, { width, headHeight: headed ? headingsHeight(timeline) : 0 });
  const { layout, lanes, rows, routes, powers, lines, beganMs, from, to } = scene;
  const place = { axis: lanes.length, beganMs };
  const marks = lines.map(({ seconds, tone }) => ({ at: seconds, tone }));
  const axes = [...lanes, 'pods'].map((_, at) => at);
  const option: Option = {
    title: [...(headed ? headings(timeline) : []), ...labelsOf(scene)],
    legend: legendsOf(scene),
    grid: [...layout.lanes, layout.podPlot].map(({ top, height }) => {
      return { left: layout.left, right: layout.right, top, height, outerBoundsMode: 'none' };
    }),
    xAxis: axes.map((at) => timeAxis(scene, at, zeroText(timeline.measurement))),
    yAxis: [...lanes.map((_, at) => stripAxis(powers, at)), podAxis(rows, lanes.length)],
    series: [
      ...lanes.flatMap((lane, at) => stripSeries(lane, at)),
      bandSeries(lossBands(lanes), lanes.length, layout.podPlot),
      ...podSeries(rows, { ...place, lift: routes === undefined ? 0 : routeRoom.lift }),
      ...(routes === undefined ? [] : routeSeries(routes, rows, { ...place, from, to })),
      ...axes.map((at) => verticalLines(marks, at)),
    ],
  };
  return { option, width, height: layout.height, label: labelFor(timeline, scene) };
}

function labelsOf({ width, layout, lanes, labels, rows, leftOut }: TimelineScene) {
  const first = layout.lanes[0]?.top ?? layout.podPlot.top;
  const pods = leftOut > 0 ? `${podsTitle} (${number(leftOut)} more not shown)` : podsTitle;
  return [
    textElement({ text: requestsTitle, left: edge, top: layout.requests.top, size: 14, bold: true }),
    ...lanes.flatMap((lane, at) => {
      const strip = layout.lanes[at];
      return strip === undefined ? [] : stripHeading(lane, strip, { left: layout.left, end: width - layout.right });
    }),
    ...labels.map((label) => labelText(label, first)),
    textElement({
      text: rows.length === 0 ? 'No pods were seen' : pods,
      left: edge,
      top: layout.pods.top,
      size: 14,
      bold: true,
    }),
  ];
}

/** The library complains on the terminal about an entry without a series. */
function legendsOf({ layout, lanes, bars }: TimelineScene) {
  return [...(lanes.length === 0 ? [] : legend(dots, layout.requests.legend)), ...legend(bars, layout.pods.legend)];
}

/** Ticks are the same in every plot; only the last one says them. */
function timeAxis({ from, to, lanes, narrow }: TimelineScene, at: number, zero: string) {
  const last = at === lanes.length;
  const customValues = [...ticks(from, to, tickStep(to - from, narrow ? 6 : 12))];
  return {
    type: 'value',
    gridIndex: at,
    min: from,
    max: to,
    axisLine: { show: true, onZero: false, lineStyle: { color: colour.axis } },
    axisTick: { show: last, customValues, lineStyle: { color: colour.axis } },
    splitLine: { lineStyle: { color: colour.grid } },
    axisLabel: { show: last, customValues, color: colour.muted, fontSize: 11 },
    ...(last && axisName(zero)),
  } as const;
}

function labelFor({ title, measurement }: Timeline, { lanes, rows, leftOut }: TimelineScene): string {
  const lost = lanes.reduce((sum, { lostCount }) => sum + lostCount, 0);
  const pods = count(rows.length + leftOut, 'pod');
  return `${title}. Timeline of one rollout: ${number(lost)} of ${number(measurement.samples.length)} requests lost, ${pods}.`;
}
