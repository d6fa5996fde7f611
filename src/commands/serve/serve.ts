// `hitless serve`: the webhook, wired together.

import { admit } from '../../admission/admit.ts';
import type { Lifetimes } from '../../certificates/next-step.ts';
import type { CertificateSource } from '../../certificates/source.ts';
import type { ClusterStateSource } from '../../cluster-state/cluster-state.ts';
import { formatAddress } from '../../server/listener.ts';
import { openLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics.ts';
import { buildServer, type WebhookServer } from '../../server/server.ts';
import { aborted, catchSignals, endOnCrash, endSoon, type Signals } from '../../server/signals.ts';
import { type Flags, readSettings, type Settings } from '../../settings/settings.ts';
import { version } from '../../version.ts';
import { type AccessFiles, followAccess, openAccess } from './access.ts';
import { openCertificates } from './certificates.ts';
import { growSlowly } from './heap.ts';
import type { Out } from './out.ts';
import { openClusterState } from './state.ts';
import { warmUp } from './warm-up.ts';

interface Sources {
  readonly certificates: CertificateSource;
  readonly state: ClusterStateSource;
  readonly access: AccessFiles;
}

export interface ServeOptions {
  /** Absent: they are caught from now on. */
  readonly signals?: Signals;
  /** Of self-made certificates, for tests that cannot wait for months. */
  readonly lifetimes?: Lifetimes | undefined;
}

/**
 * Serves until a signal. Exit code 0: every call was answered; 1: the drain time cut some off; 2: cannot start.
 * `flags` by the names of settingRows.
 */
export async function serve(flags: Flags, { signals = catchSignals(), lifetimes }: ServeOptions = {}): Promise<number> {
  const { settings, mistakes, warnings } = readSettings(flags);
  if (settings === undefined) return cannotStart([...mistakes, ...warnings]);
  const metrics = createMetrics(version);
  const out = { log: openLog({ level: settings.logLevel, dropped: metrics.logLineDropped }), metrics };
  endOnCrash();
  growSlowly();
  signals.tell(out.log);
  for (const warning of warnings) out.log.warn({ warning }, 'unknown setting');
  const code = await serveUntil(signals.draining, { settings, out, lifetimes });
  endSoon(code);
  return code;
}

interface Task {
  readonly settings: Settings;
  readonly out: Out;
  readonly lifetimes: Lifetimes | undefined;
}

async function serveUntil(draining: AbortSignal, task: Task): Promise<number> {
  const { settings, out } = task;
  const { sources, failures } = await openSources(draining, task);
  if (sources !== undefined)
    await warmUp(sources.certificates.current(), settings, draining).catch((error: Error) =>
      out.log.warn({ reason: error.message }, 'could not warm up: the first calls will take longer'),
    );
  if (draining.aborted) {
    out.log.info({ signal: draining.reason }, 'shut down before startup finished');
    stopAll(sources);
    return 0;
  }
  if (sources === undefined) return cannotStart(failures);
  const server = serverOf(settings, sources, out);
  followCertificates(sources.certificates, server, out);
  followAccess(sources.access, server, out);
  const failure = await listen(server, settings, out);
  const code = failure === undefined ? await leave(draining, server, task) : cannotStart([failure]);
  stopAll(sources);
  return code;
}

function stopAll(sources: Sources | undefined): void {
  for (const source of Object.values<{ stop: () => void }>({ ...sources })) source.stop();
}

function cannotStart(mistakes: readonly string[]): number {
  for (const mistake of mistakes) process.stderr.write(`hitless serve: ${mistake}\n`);
  return 2;
}

interface Opened {
  /** Only when all of them are open. */
  readonly sources?: Sources;
  readonly failures: readonly string[];
}

/** Also resolves when the process must shut down: with an API server that does not answer the start may never finish. */
async function openSources(draining: AbortSignal, { settings, out, lifetimes }: Task): Promise<Opened> {
  const abandoned = new AbortController();
  const certificates = openCertificates(settings, out, { lifetimes, abandoned: abandoned.signal });
  const state = openClusterState(settings, out, draining);
  const access = openAccess(settings);
  const parts = Promise.allSettled([certificates, state, access]);
  await Promise.race([parts, aborted(draining)]);
  if (draining.aborted) {
    abandoned.abort();
    void closeOpen(parts);
    return { failures: [] };
  }
  const failures = (await parts).flatMap((part) => (part.status === 'rejected' ? [part.reason.message] : []));
  if (failures.length > 0) {
    await closeOpen(parts);
    return { failures };
  }
  return { sources: { certificates: await certificates, state: await state, access: await access }, failures };
}

/** Open sources would keep the process alive. */
async function closeOpen(parts: Promise<readonly PromiseSettledResult<{ stop: () => void }>[]>): Promise<void> {
  for (const part of await parts) if (part.status === 'fulfilled') part.value.stop();
}

function serverOf(settings: Settings, { certificates, state, access }: Sources, out: Out): WebhookServer {
  const { clientCa, metricsToken } = access;
  return buildServer({
    pair: certificates.current(),
    clients: clientCa && { ca: clientCa.current(), names: settings.tlsClientNames ?? [] },
    metricsToken: metricsToken?.current,
    metricsPlainOnly: settings.metricsPlainOnly,
    // Without client certificates any caller may ask.
    admit: (request, mode) => admit(request, state.current(), mode, { discreet: clientCa === undefined }),
    prepare: state.prepare,
    unknown: state.unready,
    unready: () => [...(certificates.unready?.() ?? []), ...state.unready()],
    cap: settings.mode,
    limits: settings,
    sharePort: settings.sharePort,
    ...out,
  });
}

/** Returns what went wrong, if anything. */
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

function followCertificates(source: CertificateSource, server: WebhookServer, { log, metrics }: Out): void {
  const onEvent = ({ notAfter, names }: ReturnType<CertificateSource['current']>) => {
    metrics.certificate(notAfter);
    if (names === undefined)
      log.error({ notAfter }, 'the certificate has no subject alternative name, API servers refuse it');
    else if (notAfter < new Date())
      log.error({ notAfter, names }, 'the certificate has expired, API servers refuse it');
    else log.info({ notAfter, names }, 'certificate loaded');
  };
  onEvent(source.current());
  source.subscribe((report) => {
    metrics.certificateReload(report.kind);
    if (report.kind === 'kept')
      return log.error({ reason: report.reason }, 'the new certificate cannot be used, the current one stays in use');
    server.swapPair(report.pair);
    onEvent(report.pair);
  });
}

async function leave(draining: AbortSignal, server: WebhookServer, { settings, out: { log } }: Task): Promise<number> {
  await aborted(draining);
  log.info({ signal: draining.reason }, 'shutting down: readiness off, draining connections');
  const { drainSeconds } = settings;
  const cutOff = await server.drain(drainSeconds * 1000);
  if (cutOff > 0) log.error({ cutOff, drainSeconds }, 'calls were cut off at the end of the drain time');
  else log.info('all calls answered, exiting');
  return cutOff > 0 ? 1 : 0;
}
