// Waiting for the cluster, never for ever.

import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is defined. @throws Error `late()` after `withinMs`, or the signal's reason. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  { withinMs, late, signal, everyMs = 200 }: Wait,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(late());
    await pause(everyMs, signal);
  }
}

export interface Wait {
  readonly withinMs: number;
  /** A sentence: what did not happen. */
  readonly late: () => string;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}

/** @throws the signal's reason */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
