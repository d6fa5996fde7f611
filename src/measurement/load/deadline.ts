// Deadlines that do not blame the other side for us.

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
