// Lists whose items depend on who asks. Several documents can be about one object, and which of them counts depends on the file of the
// workload: with thousands of files, a list of its own for each would be too much. So a list is made when somebody walks through it,
// and look-ups by key (object-index.ts, service-index.ts) do without it.

/** All documents about one object. */
export interface Namesakes<T> {
  readonly candidates: readonly T[];
}

interface View<T> {
  readonly groups: readonly Namesakes<T>[];
  /** The candidate that counts here. */
  readonly choose: (group: Namesakes<T>) => T;
}

const views = new WeakMap<readonly object[], View<object>>();

/** The list of what `choose` takes from each of `groups`. */
export function viewList<T extends object>(
  groups: readonly Namesakes<T>[],
  choose: (group: Namesakes<T>) => T,
): readonly T[] {
  const items: T[] = [];
  let isFilled = false;
  const fill = () => {
    if (!isFilled) for (const group of groups) items.push(choose(group));
    isFilled = true;
    return items;
  };
  const list = new Proxy(items, {
    get: (_, key, self) => Reflect.get(fill(), key, self),
    has: (_, key) => Reflect.has(fill(), key),
    ownKeys: () => Reflect.ownKeys(fill()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(fill(), key),
  });
  views.set(list, { groups, choose } as unknown as View<object>);
  return list;
}

/** undefined for an ordinary list. */
export function viewOf<T extends object>(list: readonly T[]): View<T> | undefined {
  return views.get(list) as View<T> | undefined;
}
