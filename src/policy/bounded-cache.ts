// A cache with a bounded number of characters, keys included, because some keys come from callers.

export interface Remembered<V> {
  readonly get: (key: string) => V | undefined;
  /** Evicts the oldest entries. An entry that alone takes more than a tenth of the bound is not stored. */
  readonly set: (key: string, value: V) => void;
  /** In characters. */
  readonly size: () => number;
}

/** `weightOf`: the approximate length of a value in characters; the length of its key is added. */
export function createRemembered<V>(most: number, weightOf: (value: V) => number): Remembered<V> {
  const entries = new Map<string, { readonly value: V; readonly weight: number }>();
  let sum = 0;
  const forget = (key: string) => {
    sum -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  return {
    get: (key) => entries.get(key)?.value,
    size: () => sum,
    set: (key, value) => {
      forget(key);
      const weight = key.length + weightOf(value);
      if (weight > most / 10) return;
      entries.set(key, { value, weight });
      sum += weight;
      for (const oldest of entries.keys()) {
        if (sum <= most) return;
        forget(oldest);
      }
    },
  };
}
