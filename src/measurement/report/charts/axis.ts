// Axes: names with units, whole ticks.

import { colour } from './palette.ts';

/** Of a horizontal axis, with its unit. */
export function axisName(name: string) {
  return { name, nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: colour.muted, fontSize: 12 } } as const;
}

const steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** A whole step for ticks, so that there are at most `most` of them. */
export function tickStep(range: number, most: number): number {
  return steps.find((step) => range / step <= most) ?? Math.ceil(range / most / 3600) * 3600;
}

/** Whole multiples of `step` within the two. */
export function ticks(from: number, to: number, step: number): readonly number[] {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, at) => (first + at) * step);
}
