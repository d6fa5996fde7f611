// Signals that would end the process wait until what must not stay as it is was put back.

export interface HeldSignals {
  /** Rejects when a signal came that nothing else handles: the work should end. */
  readonly held: Promise<never>;
  /** Signals end the process again, and the one that waited does so now. */
  readonly release: () => void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function holdSignals(): HeldSignals {
  const { promise, reject } = Promise.withResolvers<never>();
  let waiting: NodeJS.Signals | undefined;
  const hold = (signal: NodeJS.Signals) => {
    // Another listener ends the work in its own way, as on the first Ctrl-C.
    if (process.listenerCount(signal) > 1) return;
    waiting = signal;
    reject(new Error(`ended by ${signal}`));
  };
  // Nobody may wait for it.
  promise.catch(() => undefined);
  // Before the others: a listener that removes itself must still be counted.
  for (const signal of signals) process.prependListener(signal, hold);
  return {
    held: promise,
    release: () => {
      for (const signal of signals) process.off(signal, hold);
      if (waiting !== undefined) process.kill(process.pid, waiting);
    },
  };
}
