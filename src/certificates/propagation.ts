// How long each certificate has been seen in the caBundles, and so whether API servers trust it.

import type { Certificate } from './bundle.ts';

export interface Propagation {
  /** Records what every caBundle holds now. */
  readonly note: (fingerprints: Iterable<string>) => void;
  /** How long it has been seen without a break, in milliseconds; negative when it is not there. */
  readonly seenMs: (fingerprint: string) => number;
  /** Every API server should know it: seen for a while, or there at the first check and not new even then. */
  readonly isTrusted: (certificate: Certificate, now: Date) => boolean;
}

export interface PropagationOptions {
  /** A clock that never jumps. */
  readonly monotonicMs: () => number;
  /** An authority was made this long after its notBefore. */
  readonly backdateMs: number;
  /** API servers watch their configurations: they see a change in well under this time. */
  readonly propagationMs: number;
  /** After a longer time without a check it is unknown what happened in between. */
  readonly gapMs: number;
}

export function createPropagation({ monotonicMs, backdateMs, propagationMs, gapMs }: PropagationOptions): Propagation {
  const since = new Map<string, number>();
  // Most replicas start when everything has been there for months: they need not wait.
  let atStart: ReadonlySet<string> | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const seenMs = (fingerprint: string) => monotonicMs() - (since.get(fingerprint) ?? Number.POSITIVE_INFINITY);
  return {
    note: (fingerprints) => {
      const now = monotonicMs();
      const seen = new Set(fingerprints);
      if (now - last > gapMs) since.clear();
      last = now;
      for (const one of [...since.keys()]) if (!seen.has(one)) since.delete(one);
      for (const one of seen) if (!since.has(one)) since.set(one, now);
      atStart = atStart?.intersection(seen) ?? seen;
    },
    seenMs,
    isTrusted: ({ fingerprint, notBefore }, now) =>
      seenMs(fingerprint) >= propagationMs ||
      (atStart?.has(fingerprint) === true && now.getTime() - notBefore.getTime() >= backdateMs + propagationMs),
  };
}
