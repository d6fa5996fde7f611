// Deadlines that do not blame the server for delays of this process.

/**
 * Calls `expire` after `ms`, unless the returned function is called first. If this process was busy at that time, what has arrived
 * in the meantime is read first: a response that has arrived must not count as missing.
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
