// Time, and waiting that an interruption ends.

/** How often the state is looked at. */
export const pollMs = 100;

/** Returns early when it is interrupted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const interrupted = () => resolve();
  signal.addEventListener('abort', interrupted, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', interrupted);
}
