// The certificates that hitless makes itself, on a real API server that calls the real process: many replicas at once, renewal and
// rotation under load, and everything that somebody else may do to the Secret and the caBundles meanwhile.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { emptySecret, isReady, metric, startReplica } from '../support/certificates/real.ts';
import { kubectl, must } from '../support/e2e/kubectl.ts';
import {
  admission,
  api,
  bearable,
  bundles,
  configurationPath,
  countIn,
  entries,
  handshake,
  kubeconfig,
  leaves,
  load,
  name,
  namespace,
  openReplicas,
  readSecret,
  replicas,
  resetBundles,
  secretPath,
  start,
  stopLoad,
  textOf,
  toApiServer,
  until,
} from '../support/e2e/replicas.ts';

openReplicas();

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

test('leaves renewed and an authority changed under a steady load of admissions: none fails', async () => {
  // A leaf is due after 12 s, an authority after 36; the old one stays until its last leaf has expired.
  await start(3, { leafMs: 18_000, authorityMs: 54_000, caPropagationMs: 5000 });
  const admissions = load(await bearable(50), admission);
  const handshakes = load(10, handshake());
  const sizes = new Set<number>();
  const steps = (step: string) => metric(replicas, `hitless_certificate_steps_total{step="${step}"}`);
  await until(async () => {
    for (const bundle of await bundles()) sizes.add(countIn(bundle));
    return (await steps('retire')) >= 1;
  }, 240_000);
  stopLoad();
  const [called, shaken] = await Promise.all([admissions, handshakes]);
  const counts = { renew: await steps('renew'), introduce: await steps('introduce'), switch: await steps('switch') };
  process.stdout.write(`${JSON.stringify({ admissions: called.calls, handshakes: shaken.calls, ...counts })}\n`);
  expect(called.failures.slice(0, 5)).toEqual([]);
  expect(shaken.failures.slice(0, 5)).toEqual([]);
  expect(counts.renew).toBeGreaterThanOrEqual(2);
  expect(counts.switch).toBeGreaterThanOrEqual(1);
  expect([...sizes].toSorted()).toEqual([1, 2]);
}, 300_000);

test('everything made anew at once, by annotation, under load: none fails', async () => {
  await start(3, { leafMs: 3_600_000, authorityMs: 36_000_000, caPropagationMs: 8000 });
  const [before] = await leaves();
  const admissions = load(await bearable(50), admission);
  const handshakes = load(10, handshake());
  await must(kubectl(['annotate', 'secret', name, '-n', namespace, 'hitless.dev/rotate=all']));
  await until(async () => !(await leaves()).has(before ?? '') && countIn((await bundles())[0] ?? '') === 1, 120_000);
  stopLoad();
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
    const ms = await until(async () => (await bundles()).every((bundle) => bundle === right), 30_000);
    process.stdout.write(`caBundle restored after ${Math.round(ms)} ms\n`);
    await until(async () => (await admission()) === undefined, 30_000);
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
  await until(async () => said().includes('does not exist and cannot be created'), 10_000);
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
