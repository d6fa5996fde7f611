// Where the server's key pair comes from, and how it learns of a new one.

import type { Pair } from './pair.ts';

/** Hands out a pair that can serve, always; a swap needs no restart. */
export interface CertificateSource {
  readonly current: () => Pair;
  /** The listener is told of every later attempt, good or not. */
  readonly subscribe: (listener: (report: PairEvent) => void) => void;
  /** Why nobody should call yet; absent: always ready. */
  readonly unready?: () => readonly string[];
  readonly stop: () => void;
}

/** loaded: in use from now on. kept: the new one cannot serve, the one before stays. */
export type PairEvent =
  | { readonly kind: 'loaded'; readonly pair: Pair }
  | { readonly kind: 'kept'; readonly pair: Pair; readonly reason: string };
