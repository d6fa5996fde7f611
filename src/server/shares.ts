// Shares of a limited resource by address, so that the largest holder gives way, and not the latest comer.

export interface Shares<T extends object> {
  /** Sets what `one` holds; the first time it also takes its place in the order of age. */
  readonly set: (one: T, address: string, weight: number) => void;
  readonly remove: (one: T) => void;
  /** Of the address that holds the most, among those that `may` allows, the oldest; or the first by `rank`. */
  readonly choose: (may?: (one: T) => boolean, rank?: (one: T) => number) => T | undefined;
}

interface Owner<T> {
  weight: number;
  /** Oldest first. */
  readonly members: Map<T, number>;
}

export function createShares<T extends object>(): Shares<T> {
  const owners = new Map<string, Owner<T>>();
  const addresses = new Map<T, string>();
  return {
    set: (one, address, weight) => {
      const owner = owners.get(address) ?? { weight: 0, members: new Map() };
      owners.set(address, owner);
      addresses.set(one, address);
      owner.weight += weight - (owner.members.get(one) ?? 0);
      owner.members.set(one, weight);
    },
    remove: (one) => {
      const address = addresses.get(one) ?? '';
      const owner = owners.get(address);
      if (owner === undefined) return;
      addresses.delete(one);
      owner.weight -= owner.members.get(one) ?? 0;
      owner.members.delete(one);
      if (owner.members.size === 0) owners.delete(address);
    },
    choose: (may = () => true, rank) => {
      let chosen: T | undefined;
      let most = -1;
      for (const { weight, members } of owners.values()) {
        const candidate = weight > most ? first(members.keys(), may, rank) : undefined;
        if (candidate !== undefined) [chosen, most] = [candidate, weight];
      }
      return chosen;
    },
  };
}

function first<T>(all: Iterable<T>, may: (one: T) => boolean, rank?: (one: T) => number): T | undefined {
  let found: T | undefined;
  for (const one of all) {
    if (!may(one)) continue;
    if (rank === undefined) return one;
    if (found === undefined || rank(one) < rank(found)) found = one;
  }
  return found;
}
