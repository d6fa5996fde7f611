// Equal values as one, because thousands of objects have the same ports, versions and namespaces.

import type { Json } from '../../workload/json.ts';
import { weightOf } from './weight.ts';

/** One value of many objects. Nobody may write to it. */
export interface Shared<T extends object = object> {
  readonly value: T;
  /** With what the table needs for it. */
  readonly weight: number;
}

export interface Sharing {
  /** The same for equal values, for as long as anybody holds it. */
  readonly share: <T extends object>(value: T) => Shared<T>;
  /** How many the table has, those included that are no longer in use. */
  readonly size: () => number;
}

/** A key, a reference and a place in a map. */
const placeWeight = 150;
const leastSweep = 1_000;

/** The table is swept when it has doubled: it holds nothing that its users do not. */
export function createSharing(): Sharing {
  const table = new Map<string, WeakRef<Shared>>();
  let sweepAt = leastSweep;
  const sweep = () => {
    for (const [key, reference] of table) if (reference.deref() === undefined) table.delete(key);
    sweepAt = Math.max(leastSweep, table.size * 2);
  };
  return {
    size: () => table.size,
    share: <T extends object>(value: T) => {
      const key = JSON.stringify(value as Json);
      const known = table.get(key)?.deref();
      if (known !== undefined) return known as Shared<T>;
      const shared = { value, weight: weightOf(value) + key.length + placeWeight };
      table.set(key, new WeakRef(shared));
      if (table.size >= sweepAt) sweep();
      return shared;
    },
  };
}

const names: Record<string, true> = Object.create(null);

/** The same text, as the one copy that V8 keeps of the name of a property for as long as it is in use. */
export function interned(text: string): string {
  names[text] = true;
  for (const key in names) {
    delete names[key];
    return key;
  }
  return text;
}
