// The leaf that this replica serves: the one in the Secret, once API servers trust it.

import type { Certificate } from './bundle.ts';
import type { RotatorEvent } from './events.ts';
import { alive, missingNames } from './next-step.ts';
import type { Pair } from './pair.ts';
import type { Propagation } from './propagation.ts';
import type { SecretContents } from './secret-contents.ts';

export interface ActivePair {
  /** What the Secret holds now. */
  readonly offer: (kept: SecretContents, now: Date) => void;
  /** undefined: nothing yet. */
  readonly pair: () => Pair | undefined;
  /** Stays true: a caBundle that is reset later is repaired within seconds, and no other replica is better off. */
  readonly isReady: () => boolean;
  /** Ready, and serving just this. */
  readonly isSettledOn: (kept: SecretContents) => boolean;
  /** What is served should have been renewed long ago. */
  readonly isEnding: (now: Date) => boolean;
}

export interface ActivePairOptions {
  readonly propagation: Propagation;
  /** The names by which API servers call the webhook. */
  readonly names: readonly string[];
  /** A leaf that has less left is ending. */
  readonly lastMs: number;
  readonly onEvent: (event: RotatorEvent) => void;
}

export function createActivePair({ propagation, names, lastMs, onEvent }: ActivePairOptions): ActivePair {
  let served: { readonly pair: Pair; readonly authority: Certificate } | undefined;
  let ready = false;
  const isEnding = ({ notAfter }: Pick<Pair, 'notAfter'>, now: Date) => notAfter.getTime() - now.getTime() < lastMs;
  const mayServe = ({ leaf, authority }: SecretContents, now: Date): boolean => {
    if (!alive(leaf, now) || !alive(authority, now)) return false;
    // What is served now is of no use: anything is better.
    if (served === undefined || served.pair.notAfter <= now) return true;
    // Both are about to be renewed.
    if (isEnding(leaf, now) && leaf.notAfter < served.pair.notAfter) return false;
    if (missingNames(leaf.cert, names).length > 0) return false;
    return served.authority.fingerprint === authority.fingerprint || propagation.isTrusted(authority, now);
  };
  return {
    offer: (kept, now) => {
      if (served?.pair.cert !== kept.leaf.cert && mayServe(kept, now)) {
        served = { pair: kept.leaf, authority: kept.authority };
        onEvent({ kind: 'serving', pair: kept.leaf });
      }
      ready ||= served !== undefined && propagation.isTrusted(served.authority, now);
    },
    pair: () => served?.pair,
    isReady: () => ready,
    isSettledOn: ({ leaf }) => ready && served?.pair.cert === leaf.cert,
    isEnding: (now) => served !== undefined && isEnding(served.pair, now),
  };
}
