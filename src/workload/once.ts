// Results computed once for a long list, for callers that ask once per item of another list. For a short list, caching costs more
// than it saves.

const short = 16;

/** True for a list that is searched as fast as anything made of it. */
export function isShort(list: readonly unknown[]): boolean {
  return list.length <= short;
}

/** `of`, with its results for long lists cached for the lifetime of the list. Lists must not change. */
export function onceForLong<I, V>(of: (list: readonly I[]) => V): (list: readonly I[]) => V {
  const known = new WeakMap<readonly I[], { readonly value: V }>();
  return (list) => {
    if (isShort(list)) return of(list);
    const before = known.get(list);
    if (before !== undefined) return before.value;
    const value = of(list);
    known.set(list, { value });
    return value;
  };
}
