// A pair that something else issues, with the CA certificates that API servers need for it: those are kept in the caBundles beside the
// former ones, so that a change from one certificates.mode to another loses no call.

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { poll, fingerprint as stateOf } from '../files/poll.ts';
import { reasonOf } from '../files/reason.ts';
import { type Certificate, readBundle } from './bundle.ts';
import { createBundleReconciler, type ReconcileResult } from './ca-bundles.ts';
import { type CheckEvent, createCheckLoop, createWaiter } from './check-loop.ts';
import { BadPair } from './pair.ts';
import { createPropagation } from './propagation.ts';
import type { CertificateSource } from './source.ts';
import type { BundleStore, Follow } from './stores.ts';

export type ProvidedSourceEvent = CheckEvent | Extract<ReconcileResult, { kind: 'mended' }>;

export interface ProvidedSourceOptions {
  readonly pair: CertificateSource;
  /** A file of PEM. */
  readonly authorities: string;
  readonly bundles: BundleStore;
  readonly follow: readonly Follow[];
  /** How long an authority that is no longer in the file stays in the caBundles. */
  readonly caPropagationMs: number;
  readonly onEvent: (event: ProvidedSourceEvent) => void;
}

const timing = { pollMs: 30_000, soonMs: 1000, propagationMs: 3000, gapMs: 120_000 };

/** `pair`, which is not ready before API servers trust it. Runs until `stop`. */
export function openProvidedSource({
  pair,
  authorities,
  bundles,
  follow,
  caPropagationMs,
  onEvent,
}: ProvidedSourceOptions): CertificateSource {
  let stopped = false;
  let ready = false;
  const monotonicMs = () => performance.now();
  const propagationMs = Math.min(timing.propagationMs, caPropagationMs);
  // When these authorities were made says nothing about when they came into the caBundles: only what was seen counts.
  const propagation = createPropagation({
    monotonicMs,
    backdateMs: Number.POSITIVE_INFINITY,
    propagationMs,
    gapMs: timing.gapMs,
  });
  const reconciler = createBundleReconciler({
    bundles,
    propagation,
    monotonicMs,
    formerMs: caPropagationMs + 2 * propagationMs,
  });
  let known: readonly Certificate[] = [];
  const look = async (): Promise<number> => {
    const wanted = await readAuthorities(authorities);
    // The file may be ahead of the pair.
    const needed = known.filter((one) => !has(wanted, one) && signs(one, pair.current().cert));
    known = [...wanted, ...needed];
    const result = await reconciler.reconcileBundles(known, new Date());
    if (result.kind === 'mended') onEvent(result);
    ready ||= wanted.every((one) => propagation.isTrusted(one, new Date()));
    if (result.kind === 'paced') return result.waitMs;
    return ready && result.kind === 'right' ? timing.pollMs : timing.soonMs;
  };
  const looking = createCheckLoop(look, (event) => {
    if (!stopped) onEvent(event);
  });
  const waiter = createWaiter();
  void (async () => {
    while (!stopped) await waiter.wait(await looking.look(), false);
  })();
  const state = () => stateOf(authorities);
  const file = poll('', { state, changed: async () => waiter.wake(), everyMs: 1000 });
  const followers = [file, ...follow.map((one) => one(waiter.wake))];
  return {
    ...pair,
    unready: () => (ready ? [] : [waitingFor(bundles.name, looking.failure())]),
    stop: () => {
      stopped = true;
      waiter.wake();
      for (const one of [pair, ...followers]) one.stop();
    },
  };
}

function has(certificates: readonly Certificate[], { fingerprint }: Certificate): boolean {
  return certificates.some((one) => one.fingerprint === fingerprint);
}

/** Some certificate of this chain. */
function signs({ pem }: Certificate, chain: string): boolean {
  const authority = new X509Certificate(pem);
  return readBundle(chain).certificates.some((one) => new X509Certificate(one.pem).checkIssued(authority));
}

function waitingFor(configuration: string, failure: string): string {
  const because = failure === '' ? '' : ` (${failure})`;
  return `waiting until the caBundle of the webhook configuration ${configuration} holds the authorities of --tls-ca${because}`;
}

/** @throws BadPair when it is not a PEM file of certificates. */
async function readAuthorities(file: string): Promise<readonly Certificate[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new BadPair(`the authorities in ${file} cannot be read: ${reasonOf(error)}`);
  });
  const { certificates, malformed } = readBundle(text);
  if (malformed || certificates.length === 0)
    throw new BadPair(`the authorities in ${file} must be PEM certificates and nothing else`);
  return certificates;
}
