// The certificates that hitless makes itself, on a real API server that calls the real process: many replicas at once, renewal and
// rotation under load, and everything that somebody else may do to the Secret and the caBundles meanwhile.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Lifetimes } from '../../src/certificates/step.ts';
import { findAccess } from '../../src/cluster/access.ts';
import { type Api, createApi } from '../../src/cluster/api.ts';
import {
  clusterAddress,
  emptySecret,
  endReplica,
  isReady,
  kubeconfigFor,
  manifests,
  metric,
  type Replica,
  relay,
  servedLeaf,
  startReplica,
} from '../certificates/real.ts';
import { kubectl, must, needCluster } from './kubectl.ts';

const name = `hitless-certs-${process.pid}`;
const namespace = name;
const replicas: Replica[] = [];
const ending: (() => unknown)[] = [];
let api: Api;
let kubeconfig = '';
let loading = new AbortController();
let toApiServer: Awaited<ReturnType<typeof relay>>;

beforeAll(async () => {
  needCluster();
  api = createApi(await findAccess({ kubeconfig: process.env.KUBECONFIG }));
  const address = await clusterAddress();
  const target = { host: address.url.hostname.replace(/[[\]]/g, ''), port: Number(address.url.port || 443) };
  toApiServer = await relay(() => [target]);
  const front = await relay(() => replicas.map(({ port }) => ({ host: '127.0.0.1', port })));
  ending.push(toApiServer.close, front.close);
  const objects = manifests({ namespace, name, port: front.port });
  ending.push(() => kubectl(['delete', 'mutatingwebhookconfiguration,clusterrole,clusterrolebinding', name]));
  ending.push(() => kubectl(['delete', 'namespace', namespace, '--wait=false']));
  await must(kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })));
  const token = (await must(kubectl(['create', 'token', name, '-n', namespace, '--duration=2h']))).trim();
  kubeconfig = await kubeconfigFor(address, toApiServer.port, token);
}, 60_000);

afterEach(async () => {
  loading.abort();
  loading = new AbortController();
  const outputs = replicas.map(({ output }) => output()).join('\n');
  await Promise.all(replicas.splice(0).map((one) => endReplica(one)));
  // Whatever happened, no key of the Secret got into a log.
  const { data = {} } = await readSecret().catch((): Partial<SecretObject> => ({}));
  for (const key of ['tls.key', 'ca.key', 'next-ca.key']) {
    const [, line = 'PRIVATE KEY'] = Buffer.from(data[key] ?? '', 'base64')
      .toString()
      .split('\n');
    expect(outputs).not.toContain(line);
  }
  expect(outputs).not.toContain('PRIVATE KEY');
  await refill();
  await resetBundles('');
}, 60_000);

afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 60_000);

interface SecretObject {
  readonly metadata: { readonly resourceVersion: string; readonly uid: string };
  readonly data?: Record<string, string>;
}

const secretPath = `/api/v1/namespaces/${namespace}/secrets/${name}`;
const configurationPath = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`;

async function readSecret(): Promise<SecretObject> {
  return (await api.json({ path: secretPath })) as unknown as SecretObject;
}

async function textOf(key: string): Promise<string> {
  return Buffer.from((await readSecret()).data?.[key] ?? '', 'base64').toString();
}

/** As after `helm install`: empty. */
async function refill(): Promise<void> {
  await must(kubectl(['delete', 'secret', name, '-n', namespace, '--ignore-not-found']));
  await must(kubectl(['create', '-f', '-'], JSON.stringify(emptySecret({ namespace, name }))));
}

interface Entry {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string; readonly url: string };
}

async function entries(): Promise<readonly Entry[]> {
  return ((await api.json({ path: configurationPath })) as unknown as { webhooks: Entry[] }).webhooks;
}

async function bundles(): Promise<readonly string[]> {
  return (await entries()).map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString());
}

const countIn = (bundle: string) => bundle.split('BEGIN CERTIFICATE').length - 1;

async function resetBundles(caBundle: string): Promise<void> {
  const body = [0, 1].map((index) => ({
    op: 'add',
    path: `/webhooks/${index}/clientConfig/caBundle`,
    value: caBundle,
  }));
  await api.json({ path: configurationPath, method: 'PATCH', contentType: 'application/json-patch+json', body });
}

async function start(count: number, lifetimes?: Lifetimes, access = kubeconfig): Promise<void> {
  const one = () =>
    startReplica({
      kubeconfig: access,
      secret: `${namespace}/${name}`,
      configuration: name,
      ...(lifetimes && { lifetimes }),
    });
  replicas.push(...(await Promise.all(Array.from({ length: count }, one))));
  await until(async () => (await Promise.all(replicas.map(isReady))).every(Boolean), 60_000);
}

async function until(right: () => Promise<boolean>, withinMs: number): Promise<number> {
  const began = performance.now();
  while (!(await right())) {
    const ms = performance.now() - began;
    if (ms > withinMs) throw new Error(`not within ${withinMs} ms\n${replicas[0]?.output().slice(-3000)}`);
    await sleep(50);
  }
  return performance.now() - began;
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { generateName: 'web-', namespace },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web' }] } },
  },
};

/** A create on trial, that both entries must allow. Gives why it failed. */
async function admission(): Promise<string | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  try {
    const created = await api.json({ path, query: { dryRun: 'All' }, method: 'POST', body: deployment });
    return JSON.stringify(created).includes('"preStop"') ? undefined : 'not patched';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Calls so many times a second, without waiting for the answers, until `loading` is aborted. */
async function load(perSecond: number, call: () => Promise<string | undefined>) {
  const { signal } = loading;
  const failures: string[] = [];
  const calls: Promise<unknown>[] = [];
  const began = performance.now();
  while (!signal.aborted) {
    while (calls.length < ((performance.now() - began) / 1000) * perSecond) {
      calls.push(
        call().then((failure) => {
          if (failure !== undefined) failures.push(`${new Date().toISOString()} ${failure}`);
        }),
      );
    }
    await sleep(5);
  }
  await Promise.all(calls);
  return { calls: calls.length, failures };
}

/** A new connection to one of the replicas, judged by the caBundle as it stands: the strictest API server of all. */
function handshake(): () => Promise<string | undefined> {
  let turn = 0;
  return async () => {
    const [bundle = ''] = await bundles();
    const replica = replicas[turn++ % replicas.length] as Replica;
    return servedLeaf(replica, bundle).then(
      () => undefined,
      (error: Error) => `replica at ${replica.port}: ${error.message}`,
    );
  };
}

async function leaves(): Promise<ReadonlySet<string>> {
  return new Set(await Promise.all(replicas.map((one) => servedLeaf(one))));
}

test('ten replicas that start at once make one authority and one leaf, with the rights of the chart and no more', async () => {
  await start(10);
  expect(await metric(replicas, 'hitless_certificate_steps_total{step="begin"}')).toBe(1);
  expect((await leaves()).size).toBe(1);
  const [enforce = '', audit] = await bundles();
  expect(enforce).toBe(audit);
  expect(enforce).toBe(await textOf('ca.crt'));
  expect(await admission()).toBeUndefined();
  expect(await metric(replicas, 'hitless_certificate_failures_total')).toBe(0);
  for (const verb of ['list', 'delete', 'update', 'create'])
    expect(await mayI(verb, `secrets/${name}`), verb).toBe('no');
}, 120_000);

test('with the right to create it, nothing needs to stand there: still one authority, in a Secret of the TLS type', async () => {
  await must(kubectl(['delete', 'secret', name, '-n', namespace]));
  await start(4, undefined, process.env.KUBECONFIG);
  expect(await metric(replicas, 'hitless_certificate_steps_total{step="begin"}')).toBe(1);
  expect((await leaves()).size).toBe(1);
  expect(await api.json({ path: secretPath })).toMatchObject({
    type: 'kubernetes.io/tls',
    metadata: { labels: { 'hitless.dev/certificates': 'self-made' } },
  });
}, 60_000);

async function mayI(verb: string, what: string): Promise<string> {
  const user = `system:serviceaccount:${namespace}:${name}`;
  return (await kubectl(['auth', 'can-i', verb, what, '-n', namespace, `--as=${user}`])).out.trim();
}

test('leaves renewed and an authority changed under 50 admissions a second: none fails', async () => {
  // A leaf is due after 8 s, an authority after 24; the old one stays until its last leaf has expired.
  await start(3, { leafMs: 12_000, authorityMs: 36_000, settleMs: 3000 });
  const admissions = load(50, admission);
  const handshakes = load(10, handshake());
  const sizes = new Set<number>();
  const steps = (step: string) => metric(replicas, `hitless_certificate_steps_total{step="${step}"}`);
  await until(async () => {
    for (const bundle of await bundles()) sizes.add(countIn(bundle));
    return (await steps('retire')) >= 1;
  }, 90_000);
  loading.abort();
  const [called, shaken] = await Promise.all([admissions, handshakes]);
  const counts = { renew: await steps('renew'), introduce: await steps('introduce'), switch: await steps('switch') };
  process.stdout.write(`${JSON.stringify({ admissions: called.calls, handshakes: shaken.calls, ...counts })}\n`);
  expect(called.failures.slice(0, 5)).toEqual([]);
  expect(shaken.failures.slice(0, 5)).toEqual([]);
  expect(counts.renew).toBeGreaterThanOrEqual(2);
  expect(counts.switch).toBeGreaterThanOrEqual(1);
  expect([...sizes].toSorted()).toEqual([1, 2]);
}, 150_000);

test('everything made anew at once, by annotation, under load: none fails', async () => {
  await start(3, { leafMs: 3_600_000, authorityMs: 36_000_000, settleMs: 5000 });
  const [before] = await leaves();
  const admissions = load(50, admission);
  const handshakes = load(10, handshake());
  await must(kubectl(['annotate', 'secret', name, '-n', namespace, 'hitless.dev/rotate=all']));
  await until(async () => !(await leaves()).has(before ?? '') && countIn((await bundles())[0] ?? '') === 1, 60_000);
  loading.abort();
  expect((await admissions).failures.slice(0, 5)).toEqual([]);
  expect((await handshakes).failures.slice(0, 5)).toEqual([]);
  expect(await metric(replicas, 'hitless_certificate_steps_total{step="begin"}')).toBe(2);
}, 120_000);

test('a caBundle that somebody resets is right again within seconds, and nothing else was touched', async () => {
  await start(2);
  const right = await textOf('ca.crt');
  const before = await entries();
  for (const wrong of ['', Buffer.from('no certificate').toString('base64')]) {
    await resetBundles(wrong);
    const ms = await until(async () => (await bundles()).every((bundle) => bundle === right), 5000);
    process.stdout.write(`caBundle restored after ${Math.round(ms)} ms\n`);
    await until(async () => (await admission()) === undefined, 2000);
  }
  expect(await entries()).toEqual(before);
  const { metadata } = (await api.json({ path: configurationPath })) as unknown as {
    metadata: { managedFields: { manager: string; fieldsV1: unknown }[] };
  };
  const ours = metadata.managedFields.filter(({ manager }) => manager === 'hitless');
  expect(JSON.stringify(ours)).not.toMatch(/f:(url|rules|failurePolicy|timeoutSeconds|namespaceSelector)/);
}, 60_000);

test('a Secret that is deleted is filled again from memory as soon as it may be, and calls go on meanwhile', async () => {
  await start(2);
  const key = await textOf('tls.key');
  await must(kubectl(['delete', 'secret', name, '-n', namespace]));
  // Without the right to create it they say so, and serve.
  const said = () => replicas.map(({ output }) => output()).join();
  await until(async () => said().includes('is not there and cannot be created'), 10_000);
  expect(await metric(replicas, 'hitless_certificate_failures_total')).toBeGreaterThan(0);
  expect(await admission()).toBeUndefined();
  await must(kubectl(['create', '-f', '-'], JSON.stringify(emptySecret({ namespace, name }))));
  await until(async () => (await textOf('tls.key')) === key, 10_000);
  expect(await admission()).toBeUndefined();
}, 60_000);

test('with the API server away the replicas go on serving, count it, and recover by themselves', async () => {
  await start(2);
  toApiServer.cut();
  try {
    await sleep(500);
    await resetBundles('').then(() => sleep(1500));
    expect((await bundles()).join('')).toBe('');
    expect(await Promise.all(replicas.map(isReady))).toEqual([true, true]);
    expect((await leaves()).size).toBe(1);
  } finally {
    toApiServer.mend();
  }
  const ms = await until(async () => (await admission()) === undefined, 65_000);
  process.stdout.write(`recovered ${Math.round(ms)} ms after the API server was back\n`);
}, 90_000);

test('a Secret of somebody else is left as it is, and the replica says why it is not ready', async () => {
  const theirs = { ...emptySecret({ namespace, name }), metadata: { namespace, name }, stringData: { theirs: 'yes' } };
  await must(kubectl(['delete', 'secret', name, '-n', namespace]));
  await must(kubectl(['create', '-f', '-'], JSON.stringify(theirs)));
  const replica = await startReplica({ kubeconfig, secret: `${namespace}/${name}`, configuration: name });
  replicas.push(replica);
  const answer = await fetch(`http://127.0.0.1:${replica.plainPort}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toMatch(/no certificate yet \(the Secret .* is left alone/);
  expect(Object.keys((await readSecret()).data ?? {})).toEqual(['theirs']);
}, 60_000);
