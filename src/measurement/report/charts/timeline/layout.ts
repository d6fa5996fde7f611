// Where the parts of a time line go: strips of requests, one per kind of traffic, and below them a row per pod.

import { type LegendItem, legendHeight } from '../legend.ts';
import { edge } from '../text.ts';
import { routeRoom } from './routes.ts';

export interface LegendPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

export interface Strip {
  /** Of its heading. */
  readonly headTop: number;
  /** Of its plot. */
  readonly top: number;
  readonly height: number;
}

interface Section {
  readonly top: number;
  readonly legend: LegendPlace;
  /** Where what follows the legend begins. */
  readonly bottom: number;
}

export interface TimelineLayout {
  /** Pixels beside the plots. */
  readonly left: number;
  readonly right: number;
  readonly requests: Section;
  readonly lanes: readonly Strip[];
  readonly pods: Section;
  readonly podPlot: { readonly top: number; readonly height: number; readonly row: number };
  readonly height: number;
}

export interface LayoutNeeds {
  readonly width: number;
  readonly narrow: boolean;
  /** What the headings of the whole picture take. */
  readonly headHeight: number;
  readonly lanes: number;
  readonly pods: number;
  /** Pixels that the longest name of a pod takes, beside its bar. */
  readonly podNames: number;
  /** Whether each pod has a line for its route as well. */
  readonly routed?: boolean;
  /** Rows of labels of the vertical lines, above the first plot. */
  readonly labelRows: number;
  /** The entries of the two legends. */
  readonly dots: readonly LegendItem[];
  readonly bars: readonly LegendItem[];
}

export const labelRow = 16;
const heading = 20;
const betweenStrips = 12;
const axis = 46;

export const requestsTitle = 'Requests by latency';
export const podsTitle = 'Pods';

export function layOut(needs: LayoutNeeds): TimelineLayout {
  const { narrow, headHeight, lanes: count, pods: podCount } = needs;
  const requests = section(needs, headHeight + 6, { title: requestsTitle, items: needs.dots });
  const lanes = strips(count, requests.bottom, needs.labelRows * labelRow);
  const last = lanes.at(-1);
  const podsTop = last === undefined ? requests.bottom : last.top + last.height + 24;
  const pods = section(needs, podsTop, { title: podsTitle, items: needs.bars });
  const row = (podCount > 14 ? 19 : 26) + (needs.routed ? routeRoom.height : 0);
  const podPlot = { top: pods.bottom, height: Math.max(1, podCount) * row, row };
  return {
    left: Math.max(narrow ? 78 : 96, Math.ceil(needs.podNames) + 18),
    right: narrow ? 14 : 22,
    requests,
    lanes,
    pods,
    podPlot,
    height: podPlot.top + podPlot.height + axis,
  };
}

/** The legend is beside the title where there is room, otherwise below it. */
function section(
  { width, narrow }: LayoutNeeds,
  top: number,
  { title, items }: { readonly title: string; readonly items: readonly LegendItem[] },
): Section {
  const left = narrow ? edge : edge + title.length * 9 + 24;
  const legend = { left, top: narrow ? top + 24 : top + 2, width: width - left - edge };
  return { top, legend, bottom: legend.top + legendHeight(items, legend.width) + 8 };
}

function strips(count: number, top: number, labels: number): readonly Strip[] {
  const height = stripHeight(count);
  return Array.from({ length: count }, (_, at) => {
    const headTop = top + at * (heading + height + betweenStrips) + (at === 0 ? 0 : labels);
    return { headTop, top: headTop + heading + (at === 0 ? labels : 0), height };
  });
}

function stripHeight(count: number): number {
  if (count === 1) return 150;
  if (count <= 3) return 96;
  return count <= 5 ? 72 : 58;
}
