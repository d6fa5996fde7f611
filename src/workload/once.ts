// What is worked out once for a long list and asked for by every item of another. For a short one that costs more than it saves.

const short = 16;

/** `of` with its answers for long lists remembered as long as the list lives. Lists do not change. */
export function onceForLong<I, V>(of: (list: readonly I[]) => V): (list: readonly I[]) => V {
  const known = new WeakMap<readonly I[], { readonly value: V }>();
  return (list) => {
    if (list.length <= short) return of(list);
    const before = known.get(list);
    if (before !== undefined) return before.value;
    const value = of(list);
    known.set(list, { value });
    return value;
  };
}
