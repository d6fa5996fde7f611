// Work that many events ask for, done once for all of them.

export interface Throttle {
  /** Asks for the work: it is done soon, and not more often than every so many milliseconds. */
  readonly ask: () => void;
  /** Does it now if somebody asked. */
  readonly flush: () => void;
}

/** Does not keep the process alive. */
export function createThrottle(work: () => void, everyMs: number): Throttle {
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const flush = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    work();
  };
  const ask = () => {
    timer ??= setTimeout(flush, Math.max(0, last + everyMs - performance.now())).unref();
  };
  return { ask, flush };
}
