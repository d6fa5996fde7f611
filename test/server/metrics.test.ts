import { expect, test } from 'vitest';
import { metricRows } from '../../src/server/metric-rows.ts';
import { createMetrics } from '../../src/server/metrics.ts';

test('every documented metric is scraped with its help and its labels, and no other of ours', async () => {
  const metrics = createMetrics('1.2.3');
  metrics.inFlightIs(() => 7);
  metrics.strategyTakenBack();
  metrics.certificate(new Date('2030-01-01T00:00:00Z'));
  metrics.certificateReload('kept');
  metrics.accessReload('client_ca', 'loaded');
  metrics.authority(new Date('2031-01-01T00:00:00Z'));
  metrics.certificateStep('begin');
  metrics.clusterObjectsAre(() => ({ counts: { Service: 2 }, mistakes: 1 }));
  metrics.clusterObjectReload('mistakes');
  metrics.clusterStateAgeIs(() => ({ Service: 0.5 }));
  metrics.namespaceLookup('found');
  metrics.mistakenOptInsAre(() => 1);
  metrics.scanned({ completed: 1, failedReports: 2, missed: { shop: 3 } });
  metrics.correction('rare');
  const text = await metrics.text();
  const rows = Object.values(metricRows);
  const scraped = [...text.matchAll(/^# HELP (hitless_\w+) (.*)$/gm)].map(([, name, help]) => `${name} ${help}`);
  expect(scraped.sort()).toEqual(rows.map(({ name, help }) => `${name} ${help}`).sort());
  for (const { name, labelNames } of rows) {
    const series = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? `, 'm').exec(text);
    const labels = [...(series?.[1] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label);
    expect(labels.sort()).toEqual([...labelNames].sort());
  }
  expect(text).toContain('hitless_requests_in_flight 7');
  expect(text).toContain('hitless_certificate_not_after_timestamp_seconds 1893456000');
  expect(text).toContain('process_cpu_seconds_total');
});

test('findings are counted by rule, kind, severity and kind of workload, but not what is fine', async () => {
  const metrics = createMetrics('1.2.3');
  const finding = { rule: 'application', path: '', message: '' } as const;
  metrics.finding({ ...finding, kind: 'report', severity: 'error' }, 'Deployment');
  metrics.finding({ ...finding, kind: 'fine' }, 'Deployment');
  const edit = {
    ...finding,
    rule: 'rolling-update',
    kind: 'edit',
    severity: 'warning',
    summary: '',
    changes: [],
  } as const;
  metrics.finding(edit, 'Fleet');
  const counted = (await metrics.text()).match(/^hitless_findings_total.* 1$/gm);
  expect(counted).toEqual([
    'hitless_findings_total{rule="application",type="report",severity="error",kind="Deployment"} 1',
    'hitless_findings_total{rule="rolling-update",type="edit",severity="warning",kind="Fleet"} 1',
  ]);
});

test('a decision of 40 µs is told from one of 20 µs', async () => {
  const metrics = createMetrics('1.2.3');
  metrics.request('audit', 'complies', { workloadKind: 'Deployment', milliseconds: 0.02 });
  metrics.request('audit', 'complies', { workloadKind: 'Deployment', milliseconds: 0.04 });
  metrics.request('audit', 'overloaded');
  const text = await metrics.text();
  expect(text).toContain('hitless_request_duration_seconds_bucket{le="0.000025",mode="audit"} 1');
  expect(text).toContain('hitless_request_duration_seconds_bucket{le="0.00005",mode="audit"} 2');
  expect(text).toContain('hitless_request_duration_seconds_count{mode="audit"} 2');
});

test('decisions are counted by the kind of workload, and calls without one without it', async () => {
  const metrics = createMetrics('1.2.3');
  metrics.request('enforce', 'patched', { workloadKind: 'Deployment', milliseconds: 1 });
  metrics.request('enforce', 'audited', { workloadKind: 'Fleet', milliseconds: 1 });
  metrics.request('enforce', 'skipped', { workloadKind: '', milliseconds: 1 });
  metrics.request('enforce', 'error');
  const text = await metrics.text();
  expect(text.match(/^hitless_requests_total.* 1$/gm)?.sort()).toEqual([
    'hitless_requests_total{mode="enforce",decision="audited",kind="Fleet"} 1',
    'hitless_requests_total{mode="enforce",decision="error"} 1',
    'hitless_requests_total{mode="enforce",decision="patched",kind="Deployment"} 1',
    'hitless_requests_total{mode="enforce",decision="skipped"} 1',
  ]);
  expect(text).toContain('hitless_requests_total{mode="audit",decision="patched",kind="Deployment"} 0');
});

test('two servers in one process count apart', async () => {
  const [one, other] = [createMetrics('1'), createMetrics('2')];
  one.tlsFailure();
  expect(await one.text()).toContain('hitless_tls_handshake_failures_total 1');
  expect(await other.text()).toContain('hitless_tls_handshake_failures_total 0');
});
