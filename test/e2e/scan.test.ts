// `hitless scan` with the permissions of the chart and no others, on a real API server with the published definitions of both report APIs:
// kubectl reads back what it writes, the garbage collector removes it with its owner, and a webhook that was away is found out.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { established, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { installReports, removeReports, reportCrdsMissing } from '../support/e2e/report-crds.ts';
import { chart, helm, isHook } from '../support/helm.ts';
import { hitless } from '../support/hitless.ts';
import { eventually, temporaryFolder } from '../support/pair.ts';
import { callPlain, type Running, start, stop } from '../support/process.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are the subject here
type Any = any;

const home = `hitless-scan-${process.pid}`;
const [shop, audited, leaving] = ['shop', 'audited', 'leaving'].map((name) => `${name}-${process.pid}`) as [
  string,
  string,
  string,
];
const record = `${home}/hitless-scan`;
const marginMs = 12_000;

const ending: (() => unknown)[] = [];
let config = '';
let webhook: Running;
let settledAt = 0;

/** What the chart gives the account of the scan; the webhook itself runs here. */
const wanted =
  /^(?:CustomResourceDefinition|ServiceAccount|ClusterRole|ClusterRoleBinding|Role|RoleBinding|ConfigMap|ValidatingAdmission.*)$/;
const isWarning = (name: string) => /-(?:opt-ins|not-called)$/.test(name);

async function accountConfig(): Promise<string> {
  const token = (await must(kubectl(['create', 'token', 'hitless-scan', '-n', home]))).trim();
  const shown = JSON.parse(await must(kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json'])));
  const file = join(await temporaryFolder(), 'config');
  await writeFile(
    file,
    JSON.stringify({ ...shown, users: shown.users.map(({ name }: Any) => ({ name, user: { token } })) }),
  );
  return file;
}

const flags = () => [`--record=${record}`, '--owner=clusterrole/hitless-scan', '--kubeconfig', config];
const scan = (...more: readonly string[]) => hitless(['scan', ...flags(), ...more]);
const recorded = async () => JSON.parse((await read('configmap', 'hitless-scan', '-n', home)).data['scan.json']);

async function read(...what: string[]): Promise<Any> {
  return JSON.parse(await must(kubectl(['get', ...what, '-o', 'json'])));
}

const apply = (object: object) => must(kubectl(['apply', '-f', '-'], JSON.stringify(object)));

/** The webhook writes a probe, a sleep and a grace period into it. */
function deployment(namespace: string, name: string, annotations: Record<string, string> = {}) {
  const labels = { app: name };
  const container = {
    name: 'web',
    image: 'example.com/web:1',
    ports: [{ containerPort: 8080 }],
    livenessProbe: { tcpSocket: { port: 8080 } },
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const spec = { replicas: 4, selector: { matchLabels: labels }, template };
  return apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, annotations }, spec });
}

async function configuration() {
  const { out } = helm(['template', 'hitless', chart, '-s', 'templates/mutatingwebhookconfiguration.yaml']);
  const [{ webhooks, ...rest }] = parseAllDocuments(out).map((document) => document.toJS() as Any);
  const caBundle = Buffer.from(webhook.ca).toString('base64');
  const url = (path: string) => `https://127.0.0.1:${webhook.port}${path}`;
  const entries = webhooks.map((entry: Any) => {
    return { ...entry, clientConfig: { url: url(entry.clientConfig.service.path), caBundle } };
  });
  return { ...rest, metadata: { name: home }, webhooks: entries };
}

const isReady = async () => (await callPlain(webhook, '/readyz')).status === 200;

async function injectedNew(): Promise<boolean> {
  await deployment(shop, 'new');
  const { annotations } = (await read('deployment', 'new', '-n', shop)).metadata;
  const isInjected = annotations['hitless.dev/injected'] !== undefined;
  if (!isInjected) await must(kubectl(['delete', 'deployment', 'new', '-n', shop]));
  return isInjected;
}

const soon = <T>(ask: () => T, timeout = 20_000) => expect.poll(ask, { timeout, interval: 250 });

beforeAll(async () => {
  if (reportCrdsMissing !== undefined) return;
  needCluster();
  const { out, err } = helm(['template', 'hitless', chart, '-n', home, '--set', 'scan.enabled=true']);
  const objects = parseAllDocuments(out, { version: '1.1' })
    .map((document) => document.toJS() as Any)
    .filter((object) => wanted.test(object?.kind) && !isHook(object) && !isWarning(object.metadata.name));
  expect(objects.length, err).toBeGreaterThan(10);
  for (const name of [home, shop, audited, leaving]) {
    await must(kubectl(['create', 'namespace', name]));
    ending.push(() => kubectl(['delete', 'namespace', name, '--wait=false']));
  }
  ending.push(removeReports);
  const file = join(await temporaryFolder(), 'objects.yaml');
  await writeFile(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  ending.push(() => kubectl(['delete', '--ignore-not-found', '--wait=false', '-n', home, '-f', file]));
  await must(kubectl(['apply', '--server-side', '--force-conflicts', '-n', home, '-f', file]));
  await established('clusterrolloutpolicies.hitless.dev', 'rolloutpolicies.hitless.dev');
  config = await accountConfig();
  const { KUBECONFIG = '' } = process.env;
  webhook = await start({ flags: ['--cluster', `--scan-record=${record}`], environment: { KUBECONFIG } });
  ending.push(() => stop(webhook));
  await eventually(isReady, (ready) => ready, 20_000);
  await must(kubectl(['create', '-f', '-'], JSON.stringify(await configuration())));
  ending.push(() => kubectl(['delete', 'mutatingwebhookconfiguration', home]));
  await deployment(shop, 'older');
  await must(kubectl(['label', 'namespace', shop, leaving, 'hitless.dev/mode=enforce']));
  await must(kubectl(['label', 'namespace', audited, 'hitless.dev/mode=audit']));
  settledAt = Date.now();
  // API servers learn of a configuration and of a label a moment later
  await eventually(injectedNew, (isInjected) => isInjected, 20_000);
  for (const name of ['out', 'spare']) await deployment(shop, name, { 'hitless.dev/mode': 'off' });
  await deployment(audited, 'web');
  await deployment(leaving, 'web');
}, 120_000);

afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 120_000);

const title = reportCrdsMissing === undefined ? '' : ` (skipped: ${reportCrdsMissing})`;

describe.skipIf(reportCrdsMissing !== undefined)(`a scan${title}`, () => {
  it('says in one sentence that the cluster has no API for reports, and records what it saw all the same', async () => {
    const { code, out, err } = await scan();
    expect({ code, err }).toEqual({
      code: 2,
      err: 'hitless scan: the cluster has no API for reports, neither Report (openreports.io/v1alpha1) nor PolicyReport (wgpolicyk8s.io/v1alpha2): install the CustomResourceDefinitions of OpenReports, or scan with --no-reports\n',
    });
    expect(out).toMatch(/^6 workloads in 3 namespaces: /);
    expect(await recorded()).toMatchObject({ failedReports: 3, missed: {} });
    expect(await scan('--no-reports')).toMatchObject({ code: 0, err: '' });
    expect(await recorded()).toMatchObject({ failedReports: 0 });
  });

  it('writes PolicyReports where only these are installed, and replaces them when OpenReports are', async () => {
    await installReports('policyReports');
    const first = await scan();
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('PolicyReport (wgpolicyk8s.io/v1alpha2): 3 created');
    const found = await read('policyreports.v1alpha2.wgpolicyk8s.io', 'hitless', '-n', shop);
    expect(found.results[0]).toMatchObject({ source: 'hitless', policy: 'pre-stop-sleep', result: 'fail' });
    expect((await scan()).out).toContain('0 created, 0 updated, 3 unchanged, 0 removed');

    await installReports('openReports');
    expect((await scan()).out).toContain(
      'Report (openreports.io/v1alpha1): 3 created, 0 updated, 0 unchanged, 3 removed',
    );
    expect((await read('policyreports', '-A')).items).toEqual([]);
  });

  it('writes one Report for each namespace, which kubectl shows', async () => {
    expect(await must(kubectl(['get', 'reports', '-n', shop]))).toMatch(
      /NAME +PASS +FAIL +WARN +ERROR +SKIP +AGE\nhitless +\d+/,
    );
    const { items } = await read('reports', '-A');
    expect(items.map(({ metadata }: Any) => metadata.namespace).toSorted()).toEqual(
      [audited, leaving, shop].toSorted(),
    );
    const { metadata, source, scope, summary, results, configuration } = items.find(
      (one: Any) => one.metadata.namespace === shop,
    );
    expect({ source, scope, configuration }).toEqual({
      source: 'hitless',
      scope: { apiVersion: 'v1', kind: 'Namespace', name: shop },
      configuration: { limits: { maxResults: 1000, statusFilter: ['fail', 'error', 'warn', 'skip', 'pass'] } },
    });
    expect(metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'hitless' });
    expect(metadata.ownerReferences).toMatchObject([{ kind: 'ClusterRole', name: 'hitless-scan' }]);
    for (const status of ['pass', 'fail', 'warn', 'error', 'skip'])
      expect(results.filter(({ result }: Any) => result === status)).toHaveLength(summary[status]);
    const { uid } = (await read('deployment', 'older', '-n', shop)).metadata;
    const sleep = results.find(
      ({ policy, resources }: Any) => policy === 'pre-stop-sleep' && resources[0].name === 'older',
    );
    expect(sleep).toMatchObject({
      rule: 'pre-stop-sleep',
      resources: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: shop, name: 'older', uid }],
      properties: { mode: 'enforce', edit: 'preStop sleep of 10 s' },
    });
    expect(sleep.timestamp.seconds).toBeGreaterThan(Date.now() / 1000 - 600);
    const [skipped] = results.filter(({ result }: Any) => result === 'skip');
    expect(skipped).toMatchObject({ policy: 'hitless', message: expect.stringContaining('hitless.dev/mode: off') });
    const ofNew = results.filter(
      ({ policy, resources }: Any) => policy === 'pre-stop-sleep' && resources[0].name === 'new',
    );
    expect(ofNew.map(({ result }: Any) => result)).toEqual(['pass']);
  });

  it('does not write a report again that says the same, and keeps the time of what it found before', async () => {
    const before = await read('reports', 'hitless', '-n', shop);
    const { completed } = await recorded();
    const again = await scan();
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toContain('0 created, 0 updated, 3 unchanged, 0 removed');
    expect((await read('reports', 'hitless', '-n', shop)).metadata.resourceVersion).toBe(
      before.metadata.resourceVersion,
    );
    expect((await recorded()).completed).toBeGreaterThanOrEqual(completed);

    await must(kubectl(['annotate', 'report', 'hitless', '-n', shop, 'example.com/kept=yes']));
    await must(kubectl(['delete', 'deployment', 'spare', '-n', shop]));
    expect((await scan()).out).toContain('0 created, 1 updated, 2 unchanged');
    const after = await read('reports', 'hitless', '-n', shop);
    expect(after.metadata.annotations).toEqual({ 'example.com/kept': 'yes' });
    expect(after.results).toEqual(before.results.filter(({ resources }: Any) => resources[0].name !== 'spare'));
  });

  it('keeps the worst results above the limit, and says how many there is no room for', async () => {
    const all = await read('reports', 'hitless', '-n', shop);
    const limited = await scan('--max-results=2', '--results=fail,warn');
    const failing = all.summary.fail + all.summary.warn;
    expect(limited.err).toContain(
      `hitless scan: the report of namespace ${shop} has no room for ${failing - 2} results: the worst ones are in it\n`,
    );
    const { metadata, results, summary, configuration } = await read('reports', 'hitless', '-n', shop);
    expect(metadata.annotations).toMatchObject({ 'hitless.dev/results-left-out': String(failing - 2) });
    expect(results).toEqual(all.results.slice(0, 2));
    expect(summary).toEqual(all.summary);
    expect(configuration).toEqual({ limits: { maxResults: 2, statusFilter: ['fail', 'warn'] } });
    await must(Promise.resolve(scan()));
    const whole = await read('reports', 'hitless', '-n', shop);
    expect(whole.metadata.annotations).toEqual({ 'example.com/kept': 'yes' });
    expect(whole.results).toHaveLength(all.results.length);
  });

  it('lets two scans at once write what one would', async () => {
    await deployment(audited, 'second');
    const [one, other] = await Promise.all([scan(), scan()]);
    expect([one, other]).toMatchObject([
      { code: 0, err: '' },
      { code: 0, err: '' },
    ]);
    expect((await read('reports', '-n', audited)).items).toHaveLength(1);
    expect((await scan()).out).toContain('0 created, 0 updated, 3 unchanged, 0 removed');
  });

  it('leaves a report alone that somebody else wrote, and writes the others', async () => {
    await must(kubectl(['delete', 'report', 'hitless', '-n', audited]));
    await apply({
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      metadata: { name: 'hitless', namespace: audited },
    });
    const { code, err } = await scan();
    expect({ code, err }).toEqual({
      code: 2,
      err: `hitless scan: the report of namespace ${audited} could not be written: Report ${audited}/hitless was not written by hitless, so it stays as it is\n`,
    });
    expect(await recorded()).toMatchObject({ failedReports: 1 });
    await must(kubectl(['delete', 'report', 'hitless', '-n', audited]));
  });

  it('removes the report of a namespace that has opted out, and passes over one that is being deleted', async () => {
    await must(kubectl(['label', 'namespace', audited, 'hitless.dev/mode-']));
    await must(kubectl(['delete', 'report', 'hitless', '-n', leaving]));
    // what is in it stays for a while
    await apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'stays', namespace: leaving, finalizers: ['example.com/wait'] },
    });
    const release = JSON.stringify({ metadata: { finalizers: null } });
    const free = () => kubectl(['patch', 'configmap', 'stays', '-n', leaving, '--type=merge', '-p', release]);
    ending.push(free);
    await must(
      kubectl([
        'patch',
        'deployment',
        'web',
        '-n',
        leaving,
        '--type=merge',
        '-p',
        '{"metadata":{"finalizers":["example.com/wait"]}}',
      ]),
    );
    ending.push(() => kubectl(['patch', 'deployment', 'web', '-n', leaving, '--type=merge', '-p', release]));
    await must(kubectl(['delete', 'namespace', leaving, '--wait=false']));
    const { code, out, err } = await scan();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('1 passed over because the namespace is being deleted');
    expect((await read('reports', '-A')).items.map(({ metadata }: Any) => metadata.namespace)).toEqual([shop]);
  });

  it('has an account that may write nothing else', async () => {
    const may = async (verb: string, what: string) =>
      (await kubectl(['--kubeconfig', config, 'auth', 'can-i', verb, what, '-n', shop])).out.trim();
    for (const [verb, what] of [
      ['patch', 'deployments.apps'],
      ['delete', 'reports.openreports.io'],
      ['list', 'secrets'],
      ['patch', 'configmaps/hitless-scan'],
      ['get', 'reports.openreports.io/other'],
    ] as const)
      expect(await may(verb, what), `${verb} ${what}`).toBe('no');
    expect(await may('patch', 'reports.openreports.io/hitless')).toBe('yes');
    const other = {
      apiVersion: 'openreports.io/v1alpha1',
      kind: 'Report',
      metadata: { name: 'other', namespace: shop },
    };
    const created = await kubectl(['--kubeconfig', config, 'create', '-f', '-'], JSON.stringify(other));
    expect(created.err).toContain('the service account of the scan may create only reports named hitless');
    const labelled = [
      'patch',
      'configmap',
      'hitless-scan',
      '-n',
      home,
      '--type=merge',
      '-p',
      '{"metadata":{"labels":{"a":"b"}}}',
    ];
    expect((await kubectl(['--kubeconfig', config, ...labelled])).err).toContain(
      'the service account of the scan may change only the data of this object: the metadata would change',
    );
  });
});

describe.skipIf(reportCrdsMissing !== undefined)(`a webhook that was away${title}`, () => {
  const restart = (name: string) => must(kubectl(['rollout', 'restart', '-n', shop, `deployment/${name}`]));
  const missed = async () =>
    (await read('reports', 'hitless', '-n', shop)).results
      .filter(({ policy }: Any) => policy === 'missed-by-webhook')
      .map(({ resources }: Any) => resources[0].name);

  it('has missed nothing that waits for its first template change, nor what was opted out', async () => {
    expect((await recorded()).missed).toEqual({});
    expect(await missed()).toEqual([]);
  });

  it('is found out by what was created and what was changed meanwhile, and by nothing else', async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, settledAt + marginMs - Date.now())));
    webhook.child.kill('SIGSTOP');
    try {
      await deployment(shop, 'created');
      await restart('older');
      await must(kubectl(['label', '-n', shop, 'deployment/new', 'a=b']));
    } finally {
      webhook.child.kill('SIGCONT');
    }
    await must(kubectl(['annotate', '-n', shop, 'deployment/out', 'hitless.dev/mode-']));
    await soon(async () => (await read('replicasets', '-n', shop, '-l', 'app=older')).items.length).toBe(2);
    const { code, err } = await scan();
    expect({ code, err }).toEqual({
      code: 0,
      err: `hitless scan: namespace ${shop}: 2 pod templates were written without hitless, which was not called or did not answer: Deployment created and Deployment older\n`,
    });
    expect(await missed()).toEqual(['created', 'older']);
    const [{ result, severity, message }] = (await read('reports', 'hitless', '-n', shop)).results;
    expect({ result, severity }).toEqual({ result: 'fail', severity: 'high' });
    expect(message).toMatch(
      /^the pod template of 20\S+Z was written without hitless, .* lacks .*preStop sleep of 10 s.*: it gets that with its next change, such as kubectl -n shop-\d+ rollout restart deployment\/created$/,
    );
    expect((await recorded()).missed).toEqual({ [shop]: 2 });
  });

  it('shows in the metrics of every process that reads the record, with the time of the scan', async () => {
    const { KUBECONFIG = '' } = process.env;
    const other = await start({ flags: ['--cluster', `--scan-record=${record}`], environment: { KUBECONFIG } });
    ending.push(() => stop(other));
    const samples = async () => {
      const { body } = await callPlain(other, '/metrics');
      return body.split('\n').filter((line) => /^hitless_(?:missed|scan)/.test(line));
    };
    await soon(samples).toEqual([
      `hitless_scan_completed_timestamp_seconds ${(await recorded()).completed}`,
      'hitless_scan_failed_reports 0',
      `hitless_missed_workloads{namespace="${shop}"} 2`,
    ]);
  });

  it('stays told until the template is written with the webhook, whatever else is written meanwhile', async () => {
    await must(kubectl(['annotate', '-n', shop, 'deployment/created', 'example.com/a=b']));
    await must(kubectl(['label', 'namespace', shop, 'example.com/a=b']));
    expect((await scan()).code).toBe(0);
    expect(await missed()).toEqual(['created', 'older']);
    await restart('created');
    await restart('older');
    expect(await scan()).toMatchObject({ code: 0, err: '' });
    expect(await missed()).toEqual([]);
    expect((await recorded()).missed).toEqual({});
  });

  it('goes with the rights of the scan', async () => {
    await must(kubectl(['delete', 'clusterrole', 'hitless-scan']));
    await soon(async () => (await read('reports', '-A')).items, 40_000).toEqual([]);
  });
});
