// Keeps the caBundles of our webhook configuration right, and notes what stands in them.

import { type Certificate, isSameBundle, readBundle, writeBundle } from './bundle.ts';
import { createForeignCertificates } from './foreign-certificates.ts';
import { alive } from './next-step.ts';
import type { Propagation } from './propagation.ts';
import type { BundleEntry, BundleStore, WebhookConfiguration } from './stores.ts';

export interface BundleReconciler {
  /** Looks, and mends what is wrong. Gives what it did. Rejects as the store does. */
  readonly reconcileBundles: (wanted: readonly Certificate[], now: Date) => Promise<ReconcileResult>;
}

/** right: nothing to do for now. later: more will be to do soon. paced: as `later`, after so long. */
export type ReconcileResult =
  | { readonly kind: 'right' | 'later' | 'conflict' }
  | { readonly kind: 'paced'; readonly waitMs: number }
  | { readonly kind: 'mended'; readonly entries: readonly string[] };

export interface ReconcilerOptions {
  readonly bundles: BundleStore;
  readonly propagation: Propagation;
  readonly monotonicMs: () => number;
  /** How long a certificate stays that was wanted once and is no longer: a replica that has not heard of it may serve a leaf of it. */
  readonly formerMs: number;
}

export function createBundleReconciler({
  bundles,
  propagation,
  monotonicMs,
  formerMs,
}: ReconcilerOptions): BundleReconciler {
  const foreignCertificates = createForeignCertificates(formerMs);
  const pace = createPace(monotonicMs);
  const tendOnce = async (wanted: readonly Certificate[], now: Date): Promise<ReconcileResult> => {
    const configuration = await bundles.read();
    // Without entries of ours nobody calls, as without the configuration.
    if (configuration === undefined || configuration.entries.length === 0) {
      propagation.note(wanted.map(({ fingerprint }) => fingerprint));
      return { kind: 'right' };
    }
    propagation.note(inEvery(configuration));
    const others = othersIn(configuration, wanted).filter((one) => alive(one, now));
    const { stay, brief } = foreignCertificates.staying(others, wanted, monotonicMs());
    const all = [...wanted, ...stay];
    const wrong = configuration.entries.filter(({ caBundle }) => !isSameBundle(readBundle(caBundle), all));
    if (wrong.length === 0) return { kind: brief ? 'later' : 'right' };
    const waitMs = pace.waitMs();
    if (waitMs > 0) return { kind: 'paced', waitMs };
    const caBundle = writeBundle(all);
    const right = wrong.map(({ name }) => ({ name, caBundle }));
    if (!(await bundles.write(configuration.version, right))) return { kind: 'conflict' };
    pace.wrote();
    foreignCertificates.left(others.filter((one) => !stay.includes(one)));
    return { kind: 'mended', entries: wrong.map(({ name }) => name) };
  };
  // One after the other: what was read last must be what is remembered.
  let last: Promise<unknown> = Promise.resolve();
  return {
    reconcileBundles: (wanted, now) => {
      const tended = last.then(() => tendOnce(wanted, now));
      last = tended.catch(() => undefined);
      return tended;
    },
  };
}

function fingerprints({ caBundle }: BundleEntry): ReadonlySet<string> {
  return new Set(readBundle(caBundle).certificates.map(({ fingerprint }) => fingerprint));
}

function inEvery({ entries }: WebhookConfiguration): ReadonlySet<string> {
  return entries.map(fingerprints).reduce((common, one) => common.intersection(one));
}

function othersIn({ entries }: WebhookConfiguration, wanted: readonly Certificate[]): readonly Certificate[] {
  const all = readBundle(entries.map(({ caBundle }) => caBundle).join('\n')).certificates;
  return all.filter(({ fingerprint }) => !wanted.some((one) => one.fingerprint === fingerprint));
}

// Somebody who writes the caBundle as well gets his answer at once, however often he comes: until it is there, calls fail. Only one who
// takes it back in the same moment, as another controller does, is answered ever more slowly: that would go as fast as the network allows.
const promptMs = 200;
const pauses = { firstMs: 250, mostMs: 30_000 };

function createPace(monotonicMs: () => number) {
  let last = Number.NEGATIVE_INFINITY;
  let pauseMs = 0;
  return {
    waitMs: () => Math.max(0, last + pauseMs - monotonicMs()),
    wrote: () => {
      const nowMs = monotonicMs();
      const atOnce = nowMs - last < pauseMs + promptMs;
      pauseMs = atOnce ? Math.min(pauses.mostMs, Math.max(pauses.firstMs, pauseMs * 2)) : 0;
      last = nowMs;
    },
  };
}
