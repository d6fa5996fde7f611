// Waiting for the cluster, always with a limit.

import { pauseOrThrow } from '../timing.ts';

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
    await pauseOrThrow(everyMs, signal);
  }
}

export interface Wait {
  readonly withinMs: number;
  /** A sentence: what did not happen. */
  readonly late: () => string;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}
