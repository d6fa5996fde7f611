// Percentiles by nearest rank: always a value that was measured, never one between two.

import { isLost, type Sample } from './sample.ts';

/** `ascending` in order; 0 of nothing. https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method */
export function percentile(ascending: readonly number[] | Float64Array, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent * ascending.length) / 100));
  return ascending[rank - 1] ?? 0;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const ascending = Float64Array.from(values).sort();
  return { p50: percentile(ascending, 50), p99: percentile(ascending, 99), max: percentile(ascending, 100) };
}

/** From due to outcome, for answered requests; a stalled sender or server shows in every request that was due in the meantime. */
export function latencyOf(samples: readonly Sample[]): Spread {
  return spreadOf(samples.filter((sample) => !isLost(sample)).map(({ dueMs, endMs }) => endMs - dueMs));
}

/** The delay of the load generator itself: from due to sent. */
export function schedulingErrorOf(samples: readonly Sample[]): Spread {
  return spreadOf(samples.map(({ dueMs, sentMs }) => sentMs - dueMs));
}
