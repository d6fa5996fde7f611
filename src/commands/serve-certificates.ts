// Where `hitless serve` has its key pair from: two files, or a Secret of its own; and what log and metrics say about the latter.

import { type CertificateSource, watchPair } from '../certificates/source.ts';
import { type Lifetimes, usualLifetimes } from '../certificates/step.ts';
import { keepPair, type StoredEvent } from '../certificates/stored.ts';
import { findAccess } from '../cluster/access.ts';
import { createApi } from '../cluster/api.ts';
import { bundleStore } from '../cluster/certificates-bundle.ts';
import { followConfiguration, followSecret } from '../cluster/certificates-follow.ts';
import { secretStore } from '../cluster/certificates-secret.ts';
import type { Log } from '../server/log.ts';
import type { Metrics } from '../server/metrics.ts';
import { clusterEnvironment, type Settings } from '../settings.ts';

interface Out {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** @throws Error when the files hold no usable pair, or nothing says where the API server is. An API server that is away is waited for. */
export async function openCertificates(
  settings: Settings,
  out: Out,
  lifetimes?: Lifetimes,
): Promise<CertificateSource> {
  const { tlsSecret, tlsCert = '', tlsKey = '', tlsNames = [], webhookConfiguration = '' } = settings;
  if (tlsSecret === undefined) return watchPair({ cert: tlsCert, key: tlsKey });
  const api = createApi(await findAccess(clusterEnvironment()));
  return keepPair({
    secrets: secretStore(api, tlsSecret),
    bundles: bundleStore(api, webhookConfiguration),
    names: tlsNames,
    lifetimes: lifetimes ?? { ...usualLifetimes, settleMs: settings.tlsSettleSeconds * 1000 },
    follow: [followSecret(api, tlsSecret), followConfiguration(api, webhookConfiguration)],
    tell: (event) => tell(event, out),
  });
}

function tell(event: StoredEvent, { log, metrics }: Out): void {
  if (event.kind === 'authority') metrics.authority(event.notAfter);
  if (event.kind === 'wrote') metrics.certificateStep(event.step);
  if (event.kind === 'mended') metrics.bundleWrite();
  if (event.kind === 'failed') metrics.certificateFailure();
  const { kind, ...fields } = event;
  log[levels[kind]](fields, messages[kind]);
}

const levels = { authority: 'info', wrote: 'info', mended: 'info', failed: 'error', recovered: 'info' } as const;

const messages: Readonly<Record<StoredEvent['kind'], string>> = {
  authority: 'the authority that signs our certificate',
  wrote: 'certificates changed in their Secret',
  mended: 'caBundle written into the webhook configuration',
  failed: 'the certificates cannot be looked after, what is in use stays; trying again',
  recovered: 'the certificates can be looked after again',
};
