// Every metric of the process. One registry per server, nothing global.

import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { metricRows } from './metric-rows.ts';
import { type FindingCounters, findingCounters, type RequestCounters, requestCounters } from './review-counters.ts';
import { scrapedGauge, scrapedGaugeBy } from './scraped-gauges.ts';

export const certificateSteps = ['begin', 'renew', 'introduce', 'switch', 'retire', 'restore'] as const;
export type CertificateStep = (typeof certificateSteps)[number];

export interface ClusterObjects {
  /** Objects in use by kind. */
  readonly counts: Readonly<Record<string, number>>;
  readonly mistakes: number;
}

export interface ScannedCluster {
  /** In seconds since 1970. */
  readonly completed: number;
  readonly failedReports: number;
  /** Workloads that were written without the webhook, by namespace. */
  readonly missed: Readonly<Record<string, number>>;
}

export interface Metrics {
  readonly request: RequestCounters;
  readonly finding: FindingCounters;
  readonly strategyTakenBack: () => void;
  readonly correction: (frequency: 'rare' | 'repeated') => void;
  readonly inFlightIs: (read: () => number) => void;
  readonly tlsFailure: () => void;
  readonly connectionClosed: () => void;
  readonly logLineDropped: () => void;
  readonly certificate: (notAfter: Date) => void;
  readonly certificateReload: (result: 'loaded' | 'kept') => void;
  readonly accessReload: (file: 'client_ca' | 'metrics_token', result: 'loaded' | 'kept') => void;
  readonly authority: (notAfter: Date) => void;
  readonly certificateStep: (step: CertificateStep) => void;
  readonly certificateFailure: () => void;
  readonly bundleWrite: () => void;
  /** undefined: it may not be read. */
  readonly webhookConfiguration: (isPresent: boolean | undefined) => void;
  /** Read at every scrape. */
  readonly clusterObjectsAre: (read: () => ClusterObjects) => void;
  /** Read at every scrape. */
  readonly mistakenOptInsAre: (read: () => number) => void;
  /** Read at every scrape: seconds by kind. */
  readonly clusterStateAgeIs: (read: () => Readonly<Record<string, number>>) => void;
  /** What the last scan found; undefined before the first one. */
  readonly scanned: (scan: ScannedCluster | undefined) => void;
  readonly namespaceLookup: (result: 'found' | 'absent' | 'failed') => void;
  readonly clusterObjectReload: (result: 'loaded' | 'mistakes') => void;
  /** The Prometheus text format. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

// Each look at the event loop wakes the process up.
const loopPrecisionMs = 100;

/** `ofProcess`: with those of the process itself, such as its memory; only once in a process. */
export function createMetrics(version: string, { ofProcess = true } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (ofProcess) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopPrecisionMs });
  const make = {
    counter: <L extends string>(row: Row<L>) => new Counter({ ...row, labelNames: [...row.labelNames], registers }),
    gauge: <L extends string>(row: Row<L>) => new Gauge({ ...row, labelNames: [...row.labelNames], registers }),
  };
  const notAfter = make.gauge(metricRows.certificateNotAfter);
  const certificateReloads = make.counter(metricRows.certificateReloads);
  const accessReloads = make.counter(metricRows.accessReloads);
  // An alert looks for an increase, which needs a value to rise from.
  certificateReloads.inc({ result: 'kept' }, 0);
  for (const file of ['client_ca', 'metrics_token']) accessReloads.inc({ file, result: 'kept' }, 0);
  const authority = make.gauge(metricRows.authorityNotAfter);
  const steps = make.counter(metricRows.certificateSteps);
  for (const step of certificateSteps) steps.inc({ step }, 0);
  const certificateFailures = make.counter(metricRows.certificateFailures);
  const bundleWrites = make.counter(metricRows.bundleWrites);
  const webhookConfiguration = scrapedGauge(metricRows.webhookConfiguration, registers);
  const objectCounts = scrapedGaugeBy(metricRows.clusterObjects, registers);
  const invalidObjects = scrapedGauge(metricRows.clusterInvalidObjects, registers, 0);
  const scanned = scanGauges(registers);
  const clusterObjectReloads = make.counter(metricRows.clusterObjectReloads);
  const namespaceLookups = make.counter(metricRows.namespaceLookups);
  const strategiesTakenBack = make.counter(metricRows.strategiesTakenBack);
  const corrections = make.counter(metricRows.corrections);
  for (const frequency of ['rare', 'repeated']) corrections.inc({ frequency }, 0);
  const tlsFailures = make.counter(metricRows.tlsFailures);
  const connectionsClosed = make.counter(metricRows.connectionsClosed);
  const logLinesDropped = make.counter(metricRows.logLinesDropped);
  make.gauge(metricRows.buildInfo).set({ version, node: process.version }, 1);
  return {
    request: requestCounters(registers),
    finding: findingCounters(registers),
    strategyTakenBack: () => strategiesTakenBack.inc(),
    correction: (frequency) => corrections.inc({ frequency }),
    inFlightIs: scrapedGauge(metricRows.inFlight, registers),
    mistakenOptInsAre: scrapedGauge(metricRows.mistakenOptIns, registers),
    tlsFailure: () => tlsFailures.inc(),
    connectionClosed: () => connectionsClosed.inc(),
    logLineDropped: () => logLinesDropped.inc(),
    certificate: (date) => notAfter.set(date.getTime() / 1000),
    certificateReload: (result) => certificateReloads.inc({ result }),
    accessReload: (file, result) => accessReloads.inc({ file, result }),
    authority: (date) => authority.set(date.getTime() / 1000),
    certificateStep: (step) => steps.inc({ step }),
    certificateFailure: () => certificateFailures.inc(),
    bundleWrite: () => bundleWrites.inc(),
    webhookConfiguration: (present) =>
      webhookConfiguration(() => (present === undefined ? undefined : Number(present))),
    clusterObjectsAre: (read) => {
      objectCounts(() => read().counts);
      invalidObjects(() => read().mistakes);
    },
    // A kind that may no longer be read has none.
    clusterStateAgeIs: scrapedGaugeBy(metricRows.clusterStateAge, registers),
    scanned,
    namespaceLookup: (result) => namespaceLookups.inc({ result }),
    clusterObjectReload: (result) => clusterObjectReloads.inc({ result }),
    text: shared(() => registry.metrics()),
    contentType: registry.contentType,
  };
}

function scanGauges(registers: Registry[]): Metrics['scanned'] {
  const completed = scrapedGauge(metricRows.scanCompleted, registers);
  const failedReports = scrapedGauge(metricRows.scanFailedReports, registers);
  const missed = scrapedGaugeBy(metricRows.missedWorkloads, registers);
  return (scan) => {
    completed(() => scan?.completed);
    failedReports(() => scan?.failedReports);
    missed(() => scan?.missed ?? {});
  };
}

/** Calls while one is in progress get the same result. */
function shared<T>(make: () => Promise<T>): () => Promise<T> {
  let making: Promise<T> | undefined;
  return () => {
    making ??= make().finally(() => {
      making = undefined;
    });
    return making;
  };
}

interface Row<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
}
