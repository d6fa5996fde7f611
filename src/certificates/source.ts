// The interface of every source of the server's key pair.

import type { Pair } from './pair.ts';

/** Always returns a pair that can serve; a swap needs no restart. */
export interface CertificateSource {
  readonly current: () => Pair;
  /** The listener is called for every later attempt, successful or not. */
  readonly subscribe: (listener: (report: PairEvent) => void) => void;
  /** Why it is not ready for calls yet; absent: always ready. */
  readonly unready?: () => readonly string[];
  readonly stop: () => void;
}

/** loaded: in use from now on. kept: the new one cannot serve, the previous one stays in use. */
export type PairEvent =
  | { readonly kind: 'loaded'; readonly pair: Pair }
  | { readonly kind: 'kept'; readonly pair: Pair; readonly reason: string };
