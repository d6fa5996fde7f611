// Refuses calls when the event loop lags or too many are in flight. A fast refusal is worth more than a late answer.

import { HttpError } from './http-error.ts';

export interface OverloadLimits {
  readonly maxInFlight: number;
  /** Mean over one second. */
  readonly maxEventLoopDelayMs: number;
}

export interface Overload {
  /** The refusal for a call that comes now, or undefined. */
  readonly check: (inFlight: number) => HttpError | undefined;
  readonly stop: () => void;
}

const windowMs = 1000;
const busy = 0.9;

export function watchOverload(limits: OverloadLimits): Overload {
  let delayMs = 0;
  let before = loopTimes();
  // One look a window: each wakes the process up. The histogram of Node.js, which looks every 10 ms, took 0.6 % of a core from a
  // process without calls.
  const timer = setInterval(() => {
    const now = loopTimes();
    delayMs = meanTurnMs(before, now);
    before = now;
  }, windowMs).unref();
  const refuse = refusals();
  return {
    check: (inFlight) => {
      if (inFlight < limits.maxInFlight && delayMs <= limits.maxEventLoopDelayMs) return undefined;
      return refuse(performance.now());
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * The mean time of a turn, which is what an event waits that comes while one has just begun; 0 for a process with time to spare, which has
 * few turns, and has got over a long one when that is noticed. Exported for its test.
 */
export function meanTurnMs(before: LoopTimes, now: LoopTimes): number {
  const activeMs = now.activeMs - before.activeMs;
  if (activeMs < busy * (now.ms - before.ms)) return 0;
  return activeMs / Math.max(1, now.turns - before.turns);
}

interface LoopTimes {
  readonly ms: number;
  readonly activeMs: number;
  readonly turns: number;
}

function loopTimes(): LoopTimes {
  return {
    ms: performance.now(),
    activeMs: performance.eventLoopUtilization().active,
    turns: performance.nodeTiming.uvMetricsInfo.loopCount,
  };
}

// The API server repeats a call that got Retry-After, once a second until its timeout: right when another instance or the next
// second can answer, and a slow failure instead of a fast one when nothing can. So after some seconds the header goes.
const lastingMs = 5000;
// More than the second after which a repeated call comes back, so that repeats alone do not look like a pause.
const pauseMs = 2000;

/** Exported for its test: `now` in milliseconds. */
export function refusals(): (now: number) => HttpError {
  let since = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  return (now) => {
    if (now - last > pauseMs) since = now;
    last = now;
    const retry = now - since < lastingMs ? { 'retry-after': '1' } : undefined;
    // Another connection may lead to another instance.
    return new HttpError(503, 'hitless is overloaded and did not process this request', {
      ...retry,
      connection: 'close',
    });
  };
}
