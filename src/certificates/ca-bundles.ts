// Maintains the caBundles of the webhook configuration, and records what they hold.

import { type Certificate, isSameBundle, readBundle, writeBundle } from './bundle.ts';
import { createForeignCertificates } from './foreign-certificates.ts';
import { alive } from './next-step.ts';
import type { Propagation } from './propagation.ts';
import type { BundleEntry, BundleStore, WebhookConfiguration } from './stores.ts';

export interface BundleReconciler {
  /** Checks the caBundles, and repairs what is wrong. Returns what it did. Rejects as the store does. */
  readonly reconcileBundles: (wanted: readonly Certificate[], now: Date) => Promise<ReconcileResult>;
}

/** right: nothing to do for now. later: there will be more to do soon. paced: as `later`, after `waitMs`. */
export type ReconcileResult =
  | { readonly kind: 'right' | 'later' | 'conflict' }
  | { readonly kind: 'paced'; readonly waitMs: number }
  | { readonly kind: 'mended'; readonly entries: readonly string[] };

export interface ReconcilerOptions {
  readonly bundles: BundleStore;
  readonly propagation: Propagation;
  readonly monotonicMs: () => number;
  /** How long a certificate stays after it is no longer wanted: a replica that does not know this yet may serve a leaf signed by it. */
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
    // Without hitless entries the webhook is not called, as without the configuration.
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
  // Serialized: what was read last must be what is remembered.
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

// If something else also writes the caBundle, it is written back at once, because calls fail until then. Only against a writer that
// reverts it immediately, as another controller would, the pauses grow: otherwise the two would loop as fast as the network allows.
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
