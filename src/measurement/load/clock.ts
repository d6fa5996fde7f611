// The clock of all samples, monotonic within a process and counted from 1970; and deadlines that do not blame the other side for us.

/** Milliseconds since 1970, with fractions; never goes back, even when somebody sets the system's time. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Calls `expire` after `ms`, unless the returned function is called before. When this process was busy at that time, what has
 * arrived meanwhile is read first: an answer that is there must not count as missing.
 */
export function deadline(ms: number, expire: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(expire);
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}
