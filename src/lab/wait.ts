// Waiting for the cluster, never for ever.

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
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const ended = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', ended);
    resolve();
  }, ms);
  if (signal.aborted) ended();
  else signal.addEventListener('abort', ended, { once: true });
  return promise;
}
