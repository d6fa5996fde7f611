// Which leaf this replica serves: the one in the Secret, but no sooner than API servers trust it.

import type { Certificate } from './bundle.ts';
import type { KeeperEvent } from './keeper.ts';
import type { Kept } from './kept.ts';
import type { Pair } from './pair.ts';
import type { Sightings } from './sightings.ts';
import { alive } from './step.ts';

export interface Serving {
  /** What the Secret holds now. */
  readonly offer: (kept: Kept, now: Date) => void;
  /** undefined: nothing yet. */
  readonly pair: () => Pair | undefined;
  /** Stays true: a caBundle that is reset later is mended within seconds, and another replica is no better. */
  readonly isReady: () => boolean;
  /** Ready, and serving just this. */
  readonly isSettledOn: (kept: Kept) => boolean;
}

export function createServing(sightings: Sightings, tell: (event: KeeperEvent) => void): Serving {
  let served: { readonly pair: Pair; readonly authority: Certificate } | undefined;
  let ready = false;
  const mayServe = ({ leaf, authority }: Kept, now: Date): boolean => {
    if (!alive(leaf, now) || !alive(authority, now)) return false;
    // What is served now is of no use: anything is better.
    if (served === undefined || served.pair.notAfter <= now) return true;
    return served.authority.fingerprint === authority.fingerprint || sightings.isTrusted(authority, now);
  };
  return {
    offer: (kept, now) => {
      if (served?.pair.cert !== kept.leaf.cert && mayServe(kept, now)) {
        served = { pair: kept.leaf, authority: kept.authority };
        tell({ kind: 'serving', pair: kept.leaf });
      }
      ready ||= served !== undefined && sightings.isTrusted(served.authority, now);
    },
    pair: () => served?.pair,
    isReady: () => ready,
    isSettledOn: ({ leaf }) => ready && served?.pair.cert === leaf.cert,
  };
}
