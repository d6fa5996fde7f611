// What is remembered by a text that users choose, such as a name or a path. Its end is counted in characters: so many entries,
// each of so many. What is longer is worked out anew every time.

export interface Memory<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  readonly size: number;
}

/** No name of Kubernetes has more than 253 characters; a path of ours to a field of a container has 120 at most. */
const usualLongest = 256;

/** The oldest entry makes room. */
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
