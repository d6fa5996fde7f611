// How long to wait before the next attempt: longer each time, and never all replicas at once.

import { setTimeout as sleep } from 'node:timers/promises';

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** After the nth failure in a row: doubled each time up to `mostMs`, of which between half and all is waited. */
export function backoffMs(failures: number, { firstMs, mostMs }: Backoff, random = Math.random): number {
  // 2 ** 30 times the first is beyond every limit, and no overflow.
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return full * (0.5 + random() / 2);
}

/** Resolves early when `signal` aborts. Does not keep the process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
