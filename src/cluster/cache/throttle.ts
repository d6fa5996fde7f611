// Work that many events request, done once for all of them.

export interface Throttle {
  /** Requests the work: it is done soon, at most once in `everyMs`. */
  readonly ask: () => void;
  /** Does it now if it was requested. */
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
