// The source of the key pair of `hitless serve`: two files, or a Secret of its own; with log lines and metrics for the latter.

import { openFileSource } from '../../certificates/file-source.ts';
import { type Lifetimes, usualLifetimes } from '../../certificates/next-step.ts';
import { openProvidedSource, type ProvidedSourceEvent } from '../../certificates/provided-source.ts';
import { openSecretSource, type SecretSourceEvent } from '../../certificates/secret-source.ts';
import type { CertificateSource } from '../../certificates/source.ts';
import type { BundleStore, Follow } from '../../certificates/stores.ts';
import { bundleStore } from '../../cluster/certificates/ca-bundle-store.ts';
import { secretStore } from '../../cluster/certificates/secret-store.ts';
import { followConfiguration, followSecret } from '../../cluster/certificates/watch-object.ts';
import { observedStore, watchPresence } from '../../cluster/certificates/webhook-presence.ts';
import { findAccess } from '../../cluster/client/access.ts';
import { type Api, createApi, withSignal } from '../../cluster/client/api.ts';
import { clusterEnvironment, type Settings } from '../../settings/settings.ts';
import type { Out } from './out.ts';
import { presenceReporter } from './webhook-presence.ts';

export interface CertificatesOptions {
  readonly lifetimes: Lifetimes | undefined;
  /** The process ends before it has begun. */
  readonly abandoned: AbortSignal;
}

/** @throws Error when the files hold no usable pair, or nothing says where the API server is. An unreachable API server is waited for. */
export async function openCertificates(
  settings: Settings,
  out: Out,
  { lifetimes, abandoned }: CertificatesOptions,
): Promise<CertificateSource> {
  const { tlsCert = '', tlsKey = '', webhookConfiguration } = settings;
  const files = () => openFileSource({ cert: tlsCert, key: tlsKey });
  if (webhookConfiguration === undefined) return files();
  // An API server that no longer answers must not keep a process alive that has nothing left to do.
  const ended = new AbortController();
  const api = withSignal(AbortSignal.any([ended.signal, abandoned]), createApi(await findAccess(clusterEnvironment())));
  const report = teller(out);
  // Errors caused by stopping are not failures.
  const onEvent: typeof report = (event) => {
    if (!abandoned.aborted) report(event);
  };
  const lives = lifetimes ?? { ...usualLifetimes, caPropagationMs: settings.tlsCaPropagationSeconds * 1000 };
  const onPresence = presenceReporter(webhookConfiguration, out);
  const bundles = observedStore(bundleStore(api, webhookConfiguration), (presence) => {
    if (!abandoned.aborted) onPresence(presence);
  });
  const followed = followConfiguration(api, webhookConfiguration);
  const source = await keepIn({ api, settings, lifetimes: lives, onEvent, bundles, followed }, files);
  const stop = () => {
    source.stop();
    ended.abort();
  };
  return { ...source, stop };
}

interface Kept {
  readonly api: Api;
  readonly settings: Settings;
  readonly lifetimes: Lifetimes;
  readonly onEvent: ReturnType<typeof teller>;
  readonly bundles: BundleStore;
  readonly followed: Follow;
}

/**
 * The pair in hitless's own Secret, or one in files, with or without its authorities in the caBundles. One watch of the webhook
 * configuration serves both who maintains its caBundles and who reports that it is gone.
 */
async function keepIn(
  { api, settings, lifetimes, onEvent, bundles, followed }: Kept,
  files: () => ReturnType<typeof openFileSource>,
): Promise<CertificateSource> {
  const { tlsSecret, tlsCa, tlsNames = [] } = settings;
  const common = { bundles, onEvent };
  if (tlsSecret === undefined && tlsCa === undefined) {
    const pair = await files();
    const presence = watchPresence(bundles, followed);
    return { ...pair, stop: () => [presence, pair].forEach((one) => void one.stop()) };
  }
  if (tlsSecret === undefined) {
    const { caPropagationMs } = lifetimes;
    return openProvidedSource({
      ...common,
      pair: await files(),
      authorities: tlsCa ?? '',
      follow: [followed],
      caPropagationMs,
    });
  }
  return openSecretSource({
    ...common,
    secrets: secretStore(api, tlsSecret),
    names: tlsNames,
    lifetimes,
    follow: [followSecret(api, tlsSecret), followed],
  });
}

// Failed checks are repeated for as long as their reason lasts: all of them are counted, and one is logged now and then.
const repeatMs = 600_000;

function teller({ log, metrics }: Out): (event: SecretSourceEvent | ProvidedSourceEvent) => void {
  let said: { readonly reason: string; readonly at: number } | undefined;
  const isNews = (reason: string): boolean => {
    const now = performance.now();
    if (said?.reason === reason && now - said.at < repeatMs) return false;
    said = { reason, at: now };
    return true;
  };
  return (event) => {
    if (event.kind === 'authority') metrics.authority(event.notAfter);
    if (event.kind === 'wrote') metrics.certificateStep(event.step);
    if (event.kind === 'mended') metrics.bundleWrite();
    if (event.kind === 'failed') metrics.certificateFailure();
    if (event.kind === 'failed' && !isNews(event.reason)) return;
    if (event.kind === 'recovered') said = undefined;
    const { kind, ...fields } = event;
    log[levels[kind]](fields, messages[kind]);
  };
}

const levels = { authority: 'info', wrote: 'info', mended: 'info', failed: 'error', recovered: 'info' } as const;

const messages: Readonly<Record<SecretSourceEvent['kind'], string>> = {
  authority: 'certificate authority in use',
  wrote: 'certificates written to their Secret',
  mended: 'caBundle written to the webhook configuration',
  failed: 'certificate management failed, the current certificate stays in use; retrying',
  recovered: 'certificate management recovered',
};
