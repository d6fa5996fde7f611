// Every metric of the process. One registry per server, nothing global.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Finding } from '../rules/finding.ts';
import { rules } from '../rules/rules.ts';
import { type DecisionLabel, decisionLabels, metricRows } from './metric-rows.ts';

export type EntryMode = 'enforce' | 'audit';

export const certificateSteps = ['begin', 'renew', 'introduce', 'switch', 'retire', 'restore'] as const;
export type CertificateStep = (typeof certificateSteps)[number];

export interface Metrics {
  /** `milliseconds` only for what got a decision: refusals are quick and would hide how long decisions take. */
  readonly request: (mode: EntryMode, decision: DecisionLabel, milliseconds?: number) => void;
  readonly finding: (finding: Finding) => void;
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
  readonly clusterObjects: (documents: Readonly<Record<string, number>>, mistakes: number) => void;
  /** Read at every scrape: seconds by kind. */
  readonly clusterStateAgeIs: (read: () => Readonly<Record<string, number>>) => void;
  readonly namespaceLookup: (result: 'found' | 'absent' | 'failed') => void;
  readonly clusterObjectReload: (result: 'loaded' | 'mistakes') => void;
  /** The Prometheus text format. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

// 10 µs to 1 s: a decision takes tens of microseconds, a caller gives up after seconds.
const buckets = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1, 0.25, 1];

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const make = {
    counter: <L extends string>(row: Row<L>) => new Counter({ ...row, labelNames: [...row.labelNames], registers }),
    gauge: <L extends string>(row: Row<L>) => new Gauge({ ...row, labelNames: [...row.labelNames], registers }),
  };
  const notAfter = make.gauge(metricRows.certificateNotAfter);
  const documents = make.gauge(metricRows.clusterObjects);
  const mistakes = make.gauge(metricRows.clusterInvalidObjects);
  const certificateReloads = make.counter(metricRows.certificateReloads);
  const accessReloads = make.counter(metricRows.accessReloads);
  const authority = make.gauge(metricRows.authorityNotAfter);
  const steps = make.counter(metricRows.certificateSteps);
  for (const step of certificateSteps) steps.inc({ step }, 0);
  const certificateFailures = make.counter(metricRows.certificateFailures);
  const bundleWrites = make.counter(metricRows.bundleWrites);
  const clusterObjectReloads = make.counter(metricRows.clusterObjectReloads);
  const namespaceLookups = make.counter(metricRows.namespaceLookups);
  const tlsFailures = make.counter(metricRows.tlsFailures);
  const connectionsClosed = make.counter(metricRows.connectionsClosed);
  const logLinesDropped = make.counter(metricRows.logLinesDropped);
  make.gauge(metricRows.buildInfo).set({ version, node: process.version }, 1);
  return {
    request: requests(registers),
    finding: findings(make.counter(metricRows.findings)),
    inFlightIs: (read) => {
      new Gauge({
        ...metricRows.inFlight,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
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
    clusterObjects: (counts, count) => {
      documents.reset();
      for (const [kind, value] of Object.entries(counts)) documents.set({ kind }, value);
      mistakes.set(count);
    },
    clusterStateAgeIs: (read) => {
      new Gauge({
        ...metricRows.clusterStateAge,
        labelNames: [...metricRows.clusterStateAge.labelNames],
        registers,
        collect() {
          for (const [kind, seconds] of Object.entries(read())) this.set({ kind }, seconds);
        },
      });
    },
    namespaceLookup: (result) => namespaceLookups.inc({ result }),
    clusterObjectReload: (result) => clusterObjectReloads.inc({ result }),
    text: shared(() => registry.metrics()),
    contentType: registry.contentType,
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

// Children are bound once, and every series shows from the start as 0: a rate needs a value to rise from.
function requests(registers: Registry[]): Metrics['request'] {
  const total = new Counter({ ...metricRows.requests, labelNames: ['mode', 'decision'], registers });
  const duration = new Histogram({ ...metricRows.duration, labelNames: ['mode'], buckets, registers });
  const children = (mode: EntryMode) => {
    const counts = Object.fromEntries(decisionLabels.map((decision) => [decision, total.labels(mode, decision)]));
    for (const decision of decisionLabels) counts[decision]?.inc(0);
    duration.zero({ mode });
    return { counts, duration: duration.labels(mode) };
  };
  const byMode = { enforce: children('enforce'), audit: children('audit') };
  return (mode, decision, milliseconds) => {
    byMode[mode].counts[decision]?.inc();
    if (milliseconds !== undefined) byMode[mode].duration.observe(milliseconds / 1000);
  };
}

function findings(counter: Counter<'rule' | 'kind' | 'severity'>): Metrics['finding'] {
  const child = (rule: string, kind: string, severity: string) => {
    const bound = counter.labels(rule, kind, severity);
    bound.inc(0);
    return bound;
  };
  const children = (rule: string) => ({
    edit: { warning: child(rule, 'edit', 'warning') },
    report: { error: child(rule, 'report', 'error'), note: child(rule, 'report', 'note') },
  });
  const byRule = new Map(rules.map(({ id }) => [id, children(id)]));
  return (finding) => {
    const own = byRule.get(finding.rule);
    if (finding.kind === 'edit') own?.edit.warning.inc();
    if (finding.kind === 'report') own?.report[finding.severity].inc();
  };
}
