// `hitless serve`: the webhook, wired together.

import { admit } from '../admission/admit.ts';
import type { CertificateSource } from '../certificates/source.ts';
import type { Lifetimes } from '../certificates/step.ts';
import type { Problem } from '../files/documents.ts';
import { formatAddress } from '../server/listener.ts';
import { type Log, openLog } from '../server/log.ts';
import { createMetrics, type Metrics } from '../server/metrics.ts';
import { buildServer, type WebhookServer } from '../server/server.ts';
import { endOnCrash, untilSignal } from '../server/signals.ts';
import { type Flags, readSettings, type Settings } from '../settings.ts';
import { version } from '../version.ts';
import { emptyWorld } from '../world/compose.ts';
import { type FolderReport, watchFolder } from '../world/folder.ts';
import { readySource, type WorldSource } from '../world/world.ts';
import { type AccessFiles, followAccess, openAccess } from './serve-access.ts';
import { openCertificates } from './serve-certificates.ts';
import { openCluster } from './serve-cluster.ts';

interface Out {
  readonly log: Log;
  readonly metrics: Metrics;
}

interface Sources {
  readonly certificates: CertificateSource;
  readonly world: WorldSource;
  readonly access: AccessFiles;
}

/**
 * Serves until a signal. Exit code 0: every call was answered; 1: the drain time cut some off; 2: cannot start.
 * `flags` by the names of settingRows. `lifetimes` of self-made certificates, for tests that cannot wait for months.
 */
export async function serve(flags: Flags, lifetimes?: Lifetimes): Promise<number> {
  const { settings, mistakes, warnings } = readSettings(flags);
  if (settings === undefined) return cannotStart([...mistakes, ...warnings]);
  const out = { log: openLog(settings.logLevel), metrics: createMetrics(version) };
  endOnCrash(out.log);
  for (const warning of warnings) out.log.warn({ warning }, 'setting not known');
  const { sources, failures } = await openSources(settings, out, lifetimes);
  if (sources === undefined) return cannotStart(failures);
  const server = serverOf(settings, sources, out);
  followCertificates(sources.certificates, server, out);
  followAccess(sources.access, server, out);
  const failure = await listen(server, settings, out);
  const code =
    failure === undefined ? await untilSignal(() => leave(server, settings, out), out.log) : cannotStart([failure]);
  for (const source of Object.values<{ stop: () => void }>({ ...sources })) source.stop();
  return code;
}

function cannotStart(mistakes: readonly string[]): number {
  for (const mistake of mistakes) process.stderr.write(`hitless serve: ${mistake}\n`);
  return 2;
}

async function openSources(settings: Settings, out: Out, lifetimes?: Lifetimes) {
  const parts = await Promise.allSettled([
    openCertificates(settings, out, lifetimes),
    openWorld(settings, out),
    openAccess(settings),
  ]);
  const [certificates, world, access] = parts;
  const failures = parts.flatMap((part) => (part.status === 'rejected' ? [part.reason.message] : []));
  if (certificates.status === 'rejected' || world.status === 'rejected' || access.status === 'rejected') {
    // What is open would keep the process alive.
    for (const part of parts) if (part.status === 'fulfilled') part.value.stop();
    return { failures };
  }
  return { sources: { certificates: certificates.value, world: world.value, access: access.value }, failures };
}

async function openWorld({ cluster, world: folder }: Settings, out: Out): Promise<WorldSource> {
  if (cluster) return openCluster(out);
  if (folder === undefined) return readySource({ current: () => emptyWorld, stop: () => undefined });
  return readySource(await watchFolder(folder, (report) => tellWorld(report, out)));
}

function serverOf(settings: Settings, { certificates, world, access }: Sources, out: Out): WebhookServer {
  const { clientCa, metricsToken } = access;
  return buildServer({
    pair: certificates.current(),
    clients: clientCa && { ca: clientCa.current(), names: settings.tlsClientNames ?? [] },
    metricsToken: metricsToken?.current,
    metricsPlainOnly: settings.metricsPlainOnly,
    // Without a client certificate anybody may ask.
    admit: (request, mode) => admit(request, world.current(), mode, { discreet: clientCa === undefined }),
    prepare: world.prepare,
    unready: () => [...(certificates.unready?.() ?? []), ...world.unready()],
    cap: settings.mode,
    limits: settings,
    sharePort: settings.sharePort,
    ...out,
  });
}

/** Gives what went wrong. */
async function listen(server: WebhookServer, settings: Settings, { log }: Out): Promise<string | undefined> {
  try {
    const { https, plain } = await server.listen(settings.listen, settings.plainListen);
    const addresses = { https: formatAddress(https), plain: plain && formatAddress(plain) };
    log.info({ version, ...addresses, mode: settings.mode }, 'listening');
    return undefined;
  } catch (error) {
    return `cannot listen: ${(error as Error).message}`;
  }
}

function tellWorld({ documents, problems, duplicates }: FolderReport, { log, metrics }: Out): void {
  for (const problem of problems)
    log.error(placeOf(problem), 'world document has a mistake, its last good version stays');
  for (const duplicate of duplicates) log.warn(placeOf(duplicate), 'world document stands twice');
  log.info({ documents, mistakes: problems.length }, 'world loaded');
  metrics.world(documents, problems.length);
  metrics.worldReload(problems.length === 0 ? 'loaded' : 'mistakes');
}

/** The log has a message of its own. */
function placeOf({ message: reason, ...place }: Problem) {
  return { ...place, reason };
}

function followCertificates(source: CertificateSource, server: WebhookServer, { log, metrics }: Out): void {
  const tell = ({ notAfter, names }: ReturnType<CertificateSource['current']>) => {
    metrics.certificate(notAfter);
    if (names === undefined)
      log.error({ notAfter }, 'the certificate has no subject alternative name, API servers refuse it');
    else if (notAfter < new Date())
      log.error({ notAfter, names }, 'the certificate has expired, API servers refuse it');
    else log.info({ notAfter, names }, 'certificate loaded');
  };
  tell(source.current());
  source.subscribe((report) => {
    metrics.certificateReload(report.kind);
    if (report.kind === 'kept')
      return log.error({ reason: report.reason }, 'new certificate cannot serve, the one in use stays');
    server.swapPair(report.pair);
    tell(report.pair);
  });
}

async function leave(server: WebhookServer, { drainSeconds }: Settings, { log }: Out): Promise<number> {
  const cutOff = await server.drain(drainSeconds * 1000);
  if (cutOff > 0) log.error({ cutOff, drainSeconds }, 'calls were cut off at the end of the drain time');
  else log.info('every call answered, ending');
  return cutOff > 0 ? 1 : 0;
}
