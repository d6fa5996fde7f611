// The send times of a load: all are counted from one start, so that neither a late timer nor a slow sender shifts later ones.

import { nowMs } from '../../timing.ts';

export interface Ticker {
  /** Times a second. */
  readonly rate: number;
  /** Called once for each due time, in order; it must not throw. */
  readonly send: (dueMs: number) => void;
}

export interface Schedule {
  /** Sends what is due by now, and nothing after that. */
  readonly stop: () => void;
}

/**
 * Time n of ticker i of k is at start + (n + i/k) / rate, so tickers do not coincide. Timers have a resolution of 1 ms and a busy
 * event loop delays them, so each wake-up sends everything that has become due, with the time when it was due.
 */
export function keepTime(beats: readonly Ticker[]): Schedule {
  const startMs = nowMs();
  const runs = beats.map((beat, i) => ({ beat, periodMs: 1000 / beat.rate, offset: i / beats.length, sent: 0 }));
  let timer: NodeJS.Timeout | undefined;
  // What becomes due while sending waits for the next wake-up: answers must be read in between.
  const sendDue = () => {
    const untilMs = nowMs();
    let next = earliest(runs, startMs);
    for (; next.dueMs <= untilMs; next = earliest(runs, startMs)) {
      next.run.sent += 1;
      next.run.beat.send(next.dueMs);
    }
    return next.dueMs;
  };
  const wake = () => {
    const dueMs = sendDue();
    timer = setTimeout(wake, Math.max(1, Math.floor(dueMs - nowMs())));
  };
  timer = setTimeout(wake, 1);
  return {
    stop: () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      sendDue();
    },
  };
}

interface Run {
  readonly beat: Ticker;
  readonly periodMs: number;
  readonly offset: number;
  sent: number;
}

function earliest(runs: readonly Run[], startMs: number): { readonly run: Run; readonly dueMs: number } {
  let best: { run: Run; dueMs: number } | undefined;
  for (const run of runs) {
    const dueMs = startMs + (run.sent + run.offset) * run.periodMs;
    if (best === undefined || dueMs < best.dueMs) best = { run, dueMs };
  }
  if (best === undefined) throw new Error('a schedule needs at least one beat');
  return best;
}
