// The memory of all bodies together. When it is full, the address that holds most of it loses its oldest unfinished body: API servers
// send a body at once, so a slow one is not from an API server.

import { createShares } from './shares.ts';

export interface Account {
  /** Holds this many bytes from now on; `complete`: as after `keep`. False: it had to give way itself, and holds nothing. */
  readonly hold: (bytes: number, complete: boolean) => boolean;
  /** The body is complete: from now on it does not give way. */
  readonly keep: () => void;
  readonly close: () => void;
}

export interface Budget {
  /** `giveWay` is called when this body has lost its memory. */
  readonly open: (address: string, giveWay: () => void) => Account;
}

export function createBudget(mostBytes: number): Budget {
  const unfinished = createShares<{ readonly giveWay: () => void }>();
  let heldByAll = 0;
  return {
    open: (address, giveWay) => {
      let held = 0;
      let closed = false;
      const close = () => {
        closed = true;
        heldByAll -= held;
        held = 0;
        unfinished.remove(entry);
      };
      const entry = {
        giveWay: () => {
          close();
          giveWay();
        },
      };
      return {
        hold: (bytes, complete) => {
          if (closed) return false;
          heldByAll += bytes - held;
          held = bytes;
          // Most come in one piece, and are never unfinished.
          if (!complete) unfinished.set(entry, address, bytes);
          // Ends at the latest with this one.
          while (heldByAll > mostBytes) (unfinished.choose() ?? entry).giveWay();
          return !closed;
        },
        keep: () => unfinished.remove(entry),
        close,
      };
    },
  };
}
