// A cache keyed by strings that users choose, such as names and paths. Its size is bounded by the number of entries and the
// length of each key; a value with a longer key is computed anew every time.

export interface Memory<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  readonly size: number;
}

/** No Kubernetes name has more than 253 characters; our paths to container fields have at most 120. */
const usualLongest = 256;

/** When full, evicts the oldest entry. */
export function createMemory<V>(most: number, longest = usualLongest): Memory<V> {
  const entries = new Map<string, V>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      if (key.length > longest) return;
      const oldest = entries.keys().next();
      if (entries.size >= most && !oldest.done && !entries.has(key)) entries.delete(oldest.value);
      entries.set(key, value);
    },
    get size() {
      return entries.size;
    },
  };
}
