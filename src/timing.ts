// Monotonic time, waiting, and the delay before the next attempt.

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** Milliseconds since 1970, with fractions; never goes back, even when the system time is set. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Resolves early when `signal` aborts. `ref` false: does not keep the process alive. */
export async function pause(ms: number, signal: AbortSignal, { ref = true } = {}): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal, ref }).catch(() => undefined);
}

/** The same, for work that must not continue then. @throws the signal's reason */
export async function pauseOrThrow(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, signal);
  signal.throwIfAborted();
}

/**
 * For a loop that computes for long: called between its steps, it lets other work of the process run whenever `mostMs` have passed since
 * it last did.
 */
export function createBreaks(mostMs: number, now: () => number = () => performance.now()): () => Promise<void> {
  let since = now();
  return async () => {
    if (now() - since < mostMs) return;
    await turn();
    since = now();
  };
}

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * The delay after the nth failure in a row: doubles each time up to `mostMs`, and is between half and all of that, so that replicas
 * do not all retry at once.
 */
export function backoffMs(failures: number, { firstMs, mostMs }: Backoff, random = Math.random): number {
  // 2 ** 30 times the first is beyond every limit and does not overflow.
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return full * (0.5 + random() / 2);
}
