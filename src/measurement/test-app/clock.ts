// The time in the lines of the log, and work that takes time.

import { nowMs } from '../../timing.ts';

/** To a tenth of a millisecond. */
export function now(): number {
  return Math.round(nowMs() * 10) / 10;
}

/** Resolves after `ms`; for 0 without giving way to anything else. Does not keep the process alive. */
export async function work(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Resolves when `done` has, or after `ms`. */
export async function within(ms: number, done: Promise<void>): Promise<void> {
  await Promise.race([done, work(ms)]);
}
