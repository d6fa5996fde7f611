// Refuses calls when the event loop lags or too many are in flight. A fast refusal is worth more than a late answer.

import { monitorEventLoopDelay } from 'node:perf_hooks';
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

const resolutionMs = 10;
const windowMs = 1000;

export function watchOverload(limits: OverloadLimits): Overload {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let delayMs = 0;
  const timer = setInterval(() => {
    // The histogram holds whole intervals, the timer's own share included; it is NaN when nothing was recorded.
    delayMs = Math.max(0, histogram.mean / 1e6 - resolutionMs) || 0;
    histogram.reset();
  }, windowMs).unref();
  const refuse = refusals();
  return {
    check: (inFlight) => {
      if (inFlight < limits.maxInFlight && delayMs <= limits.maxEventLoopDelayMs) return undefined;
      return refuse(performance.now());
    },
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
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
