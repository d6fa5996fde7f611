// Time on the monotonic clock; waiting, and for how long before the next attempt.

import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds since 1970, with fractions; never goes back, even when somebody sets the system's time. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Resolves early when `signal` aborts. `ref` false: does not keep the process alive. */
export async function pause(ms: number, signal: AbortSignal, { ref = true } = {}): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal, ref }).catch(() => undefined);
}

/** The same for work that must not go on then. @throws the signal's reason */
export async function pauseOrThrow(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, signal);
  signal.throwIfAborted();
}

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * After the nth failure in a row: doubled each time up to `mostMs`, of which between half and all is waited, so that replicas do
 * not come all at once.
 */
export function backoffMs(failures: number, { firstMs, mostMs }: Backoff, random = Math.random): number {
  // 2 ** 30 times the first is beyond every limit, and no overflow.
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return full * (0.5 + random() / 2);
}
