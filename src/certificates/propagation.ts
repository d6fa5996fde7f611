// Since when we see which certificates in the caBundles: how we know that API servers trust them.

import type { Certificate } from './bundle.ts';

export interface Propagation {
  /** What stands in every caBundle now. */
  readonly note: (fingerprints: Iterable<string>) => void;
  /** How long we have seen it without a break, in milliseconds; negative when it is not there. */
  readonly seenMs: (fingerprint: string) => number;
  /** Every API server should have heard of it: seen for a while, or there when we first looked and not new even then. */
  readonly isTrusted: (certificate: Certificate, now: Date) => boolean;
}

export interface PropagationOptions {
  /** A clock that never jumps. */
  readonly monotonicMs: () => number;
  /** An authority was made this long after its notBefore. */
  readonly backdateMs: number;
  /** API servers watch their configurations: they hear of a change in well under this time. */
  readonly propagationMs: number;
  /** After a longer time without a look nobody knows what happened in between. */
  readonly gapMs: number;
}

export function createPropagation({ monotonicMs, backdateMs, propagationMs, gapMs }: PropagationOptions): Propagation {
  const since = new Map<string, number>();
  // Most replicas start when all has stood there for months: they need not wait.
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
