// Keeps the caBundles of our webhook configuration right, and notes what stands in them.

import { type Certificate, isSameBundle, readBundle, writeBundle } from './bundle.ts';
import type { Sightings } from './sightings.ts';
import { alive } from './step.ts';
import type { BundleEntry, BundleStore, WebhookConfiguration } from './stores.ts';

export interface Tending {
  /** Looks, and mends what is wrong. Gives what it did. Rejects as the store does. */
  readonly tend: (wanted: readonly Certificate[], now: Date) => Promise<TendResult>;
}

/** right: nothing to do for now. later: more will be to do soon. */
export type TendResult =
  | { readonly kind: 'right' | 'later' | 'conflict' }
  | { readonly kind: 'mended'; readonly entries: readonly string[] };

export interface TendOptions {
  readonly bundles: BundleStore;
  readonly sightings: Sightings;
  readonly monotonicMs: () => number;
  /** How long a certificate that is not ours, or no longer, stays: somebody may still serve a leaf of it. */
  readonly strangerMs: number;
}

// Somebody who writes the caBundle as well gets his answer, but not as fast as the network allows, for ever.
const quietMs = 60_000;

export function createTending({ bundles, sightings, monotonicMs, strangerMs }: TendOptions): Tending {
  const strangers = new Map<string, number>();
  const pace = createPace(monotonicMs);
  const tend = async (wanted: readonly Certificate[], now: Date): Promise<TendResult> => {
    const configuration = await bundles.read();
    // Without entries of ours nobody calls, as without the configuration.
    if (configuration === undefined || configuration.entries.length === 0) {
      sightings.note(wanted.map(({ fingerprint }) => fingerprint));
      return { kind: 'right' };
    }
    sightings.note(inEvery(configuration));
    const staying = strangersOf(configuration, wanted).filter((one) => alive(one, now));
    const all = [...wanted, ...young(staying, strangers, { nowMs: monotonicMs(), strangerMs })];
    const wrong = configuration.entries.filter(({ caBundle }) => !isSameBundle(readBundle(caBundle), all));
    if (wrong.length === 0) return { kind: staying.length > 0 ? 'later' : 'right' };
    if (!pace.mayWrite()) return { kind: 'later' };
    const caBundle = writeBundle(all);
    const right = wrong.map(({ name }) => ({ name, caBundle }));
    if (!(await bundles.write(configuration.version, right))) return { kind: 'conflict' };
    pace.wrote();
    return { kind: 'mended', entries: wrong.map(({ name }) => name) };
  };
  return { tend };
}

function fingerprints({ caBundle }: BundleEntry): ReadonlySet<string> {
  return new Set(readBundle(caBundle).certificates.map(({ fingerprint }) => fingerprint));
}

function inEvery({ entries }: WebhookConfiguration): ReadonlySet<string> {
  return entries.map(fingerprints).reduce((common, one) => common.intersection(one));
}

function strangersOf({ entries }: WebhookConfiguration, wanted: readonly Certificate[]): readonly Certificate[] {
  const all = readBundle(entries.map(({ caBundle }) => caBundle).join('\n')).certificates;
  return all.filter(({ fingerprint }) => !wanted.some((one) => one.fingerprint === fingerprint));
}

/** Those seen for less than `strangerMs`; `since` remembers. */
function young(
  strangers: readonly Certificate[],
  since: Map<string, number>,
  { nowMs, strangerMs }: { nowMs: number; strangerMs: number },
): readonly Certificate[] {
  const names = new Set(strangers.map(({ fingerprint }) => fingerprint));
  for (const one of [...since.keys()]) if (!names.has(one)) since.delete(one);
  for (const one of names) if (!since.has(one)) since.set(one, nowMs);
  return strangers.filter(({ fingerprint }) => nowMs - (since.get(fingerprint) ?? nowMs) < strangerMs);
}

function createPace(monotonicMs: () => number) {
  let last = Number.NEGATIVE_INFINITY;
  let pauseMs = 0;
  return {
    mayWrite: () => monotonicMs() - last >= pauseMs,
    wrote: () => {
      const nowMs = monotonicMs();
      // The first few come at once: an authority, a new leaf, and something that reset the bundle once.
      pauseMs = nowMs - last > quietMs ? 250 : Math.min(quietMs / 2, pauseMs * 2);
      last = nowMs;
    },
  };
}
