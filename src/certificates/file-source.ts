// The key pair in two files, reloaded when they change.

import { fingerprint, poll } from '../files/poll.ts';
import { BadPair, type Pair, type PairFiles, readPair } from './pair.ts';
import type { CertificateSource, PairEvent } from './source.ts';

/** @throws BadPair when there is no usable pair to begin with; afterwards the last good one stays. */
export async function openFileSource(files: PairFiles, everyMs = 1000): Promise<CertificateSource> {
  const state = async () => (await Promise.all([fingerprint(files.cert), fingerprint(files.key)])).join('\n');
  const seen = await state();
  let pair = await readPair(files);
  const listeners = new Set<(report: PairEvent) => void>();
  const changed = async () => {
    const report = await replace(pair, files);
    pair = report.pair;
    for (const listener of listeners) listener(report);
  };
  const { stop } = poll(seen, { state, changed, everyMs });
  return { current: () => pair, subscribe: (listener) => void listeners.add(listener), stop };
}

async function replace(old: Pair, files: PairFiles): Promise<PairEvent> {
  try {
    const pair = await readPair(files);
    const now = new Date();
    if (pair.notAfter < now && old.notAfter >= now) {
      return {
        kind: 'kept',
        pair: old,
        reason: `the certificate in ${files.cert} expired at ${pair.notAfter.toISOString()}`,
      };
    }
    return { kind: 'loaded', pair };
  } catch (error) {
    if (!(error instanceof BadPair)) throw error;
    return { kind: 'kept', pair: old, reason: error.message };
  }
}
