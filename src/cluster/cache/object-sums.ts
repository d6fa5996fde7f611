// How many objects are held, and what they weigh together.

import type { Shared } from './sharing.ts';

interface Weighed {
  readonly value?: unknown;
  readonly trouble?: unknown;
  readonly weight: number;
  readonly shared?: Shared | undefined;
}

/** In its own namespace. */
export function weightIn({ weight, shared }: Weighed): number {
  return weight + (shared?.weight ?? 0);
}

/** Of all objects, in which what they share counts once. */
export function createSum() {
  const counts = { values: 0, troubles: 0 };
  const uses = new Map<Shared, number>();
  let weight = 0;
  return {
    weight: () => weight,
    counts: () => counts,
    add: ({ value, trouble, weight: own, shared }: Weighed, sign: 1 | -1) => {
      weight += sign * own;
      if (value !== undefined) counts.values += sign;
      if (trouble !== undefined) counts.troubles += sign;
      if (shared === undefined) return;
      const before = uses.get(shared) ?? 0;
      if (before + sign === 0) uses.delete(shared);
      else uses.set(shared, before + sign);
      if (before === 0 || before + sign === 0) weight += sign * shared.weight;
    },
  };
}
