// Certificates in the caBundles that this release does not want: others may serve leaves of them, so they are removed late, or never.

import type { Certificate } from './bundle.ts';

export interface ForeignCertificates {
  /** Those of `others`, which is all that the caBundles hold besides `wanted`, that must stay. `brief`: some of them not for long. */
  readonly staying: (
    others: readonly Certificate[],
    wanted: readonly Certificate[],
    nowMs: number,
  ) => { readonly stay: readonly Certificate[]; readonly brief: boolean };
  /** These were removed. */
  readonly left: (ones: readonly Certificate[]) => void;
}

// Another certificates.mode, or another release, has pods of its own. A rollout that replaces them takes less than this time.
const foreignMs = 86_400_000;
// A full caBundle cannot be repaired: an object has 1.5 MiB at most.
const most = 20;
const mostRemembered = 1000;

/** `formerMs`: how long a certificate stays that was wanted here until now; by then every replica knows that it no longer is. */
export function createForeignCertificates(formerMs: number): ForeignCertificates {
  const former = new Set<string>();
  const since = new Map<string, number>();
  // Removed, by hitless or another writer. One that comes back is needed somewhere.
  const gone = new Set<string>();

  const leave = (fingerprint: string) => {
    since.delete(fingerprint);
    if (gone.size < mostRemembered) gone.add(fingerprint);
  };

  const note = (others: readonly Certificate[], nowMs: number) => {
    const present = new Set(others.map(({ fingerprint }) => fingerprint));
    for (const fingerprint of since.keys()) if (!present.has(fingerprint)) leave(fingerprint);
    for (const fingerprint of present) if (!since.has(fingerprint)) since.set(fingerprint, nowMs);
  };

  const leavesAfterMs = ({ fingerprint }: Certificate): number => {
    if (gone.has(fingerprint)) return Number.POSITIVE_INFINITY;
    return former.has(fingerprint) ? formerMs : foreignMs;
  };

  return {
    staying: (others, wanted, nowMs) => {
      for (const { fingerprint } of wanted) former.add(fingerprint);
      note(others, nowMs);
      const age = ({ fingerprint }: Certificate) => nowMs - (since.get(fingerprint) ?? nowMs);
      const stay = others.filter((one) => age(one) < leavesAfterMs(one)).slice(0, most);
      return { stay, brief: stay.some((one) => leavesAfterMs(one) <= formerMs) };
    },
    left: (ones) => {
      for (const { fingerprint } of ones) leave(fingerprint);
    },
  };
}
