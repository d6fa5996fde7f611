// `hitless serve --cluster` as a process, with an API server played by a few lines.

import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { resources } from '../../../src/cluster/cache/kinds.ts';
import { fakeApiServer } from '../../support/fake-api-server.ts';
import { kubeconfig } from '../../support/kubeconfig.ts';
import { pairNamed, temporaryFolder, writePair } from '../../support/pair.ts';
import { callPlain, type Running, review, spawnServe, start, stop } from '../../support/process.ts';

const patience = { timeout: 60_000 };

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');
const { namespace } = JSON.parse(create).request;

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function given(
  prepare: (server: Awaited<ReturnType<typeof fakeApiServer>>) => void = () => undefined,
  flags: readonly string[] = [],
) {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  server.serve(...Object.values(resources).map(({ path }) => path));
  prepare(server);
  const environment = { KUBECONFIG: await kubeconfig({ fake: server.url }) };
  // A machine that is busy with other tests is no overload here.
  const running = await start({ flags: ['--cluster', '--max-event-loop-delay-ms', '60000', ...flags], environment });
  ending.push(() => stop(running));
  return { server, running };
}

const readiness = async (running: Running) => (await callPlain(running, '/readyz')).body;
const scraped = async (running: Running, series: string) =>
  (await callPlain(running, '/metrics')).body.split('\n').find((line) => line.startsWith(series));
const counted = (running: Running, kind: string) => scraped(running, `hitless_cluster_objects{kind="${kind}"}`);

async function patched(running: Running, body = create): Promise<string> {
  const { response } = JSON.parse((await review(running, body)).body);
  return Buffer.from(response.patch ?? '', 'base64').toString();
}

test('it is ready when everything is listed, and decides by what the cluster says', async () => {
  const nodes = resources.Node.path;
  const { server, running } = await given((fake) => fake.forbid(nodes));
  const reason = `403: ${nodes} is forbidden: cannot list`;
  await expect
    .poll(() => readiness(running), patience)
    .toBe(`not ready: the first list of Node is not complete yet (${reason})\n`);
  expect((await review(running, create)).status).toBe(503);
  server.forbid(nodes, 'nothing');
  await expect.poll(() => readiness(running), patience).toBe('ok\n');
  server.put(resources.Namespace.path, { metadata: { name: namespace } });
  server.put(resources.ClusterRolloutPolicy.path, {
    apiVersion: 'hitless.dev/v1alpha1',
    kind: 'ClusterRolloutPolicy',
    metadata: { name: 'default' },
    spec: { preStopSleep: { seconds: 17 } },
  });
  await expect.poll(() => patched(running), patience).toContain('"sleep":{"seconds":17}');
  await expect.poll(() => counted(running, 'ClusterRolloutPolicy'), patience).toMatch(/ 1$/);
  expect(await scraped(running, 'hitless_cluster_state_age_seconds{kind="Node"}')).toMatch(/ 0$/);
  await expect
    .poll(() => running.lines(), patience)
    .toContainEqual(expect.objectContaining({ level: 'warn', of: 'Node', reason }));
});

test('a cluster that does not know the policies has none, and is decided by the built-in one', async () => {
  const { server, running } = await given((fake) => {
    fake.unserve(resources.ClusterRolloutPolicy.path);
    fake.unserve(resources.RolloutPolicy.path);
  });
  server.put(resources.Namespace.path, { metadata: { name: namespace } });
  await expect.poll(() => review(running, create).then(({ status }) => status), patience).toBe(200);
  expect(await patched(running)).toContain('"sleep":{"seconds":10}');
});

test('what stands around a workload decides, unless its kind is left out or may not be read', async () => {
  const { server, running } = await given(
    (fake) => fake.forbid(resources.ResourceQuota.path),
    ['--ignore-kinds', 'PersistentVolumeClaim'],
  );
  await expect.poll(() => readiness(running), patience).toBe('ok\n');
  const body = JSON.parse(create);
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
  Object.assign(body.request.object.spec, { replicas: 1, strategy });
  const warned = async () =>
    JSON.parse((await review(running, JSON.stringify(body))).body).response.warnings?.join('\n');
  expect(await warned()).toMatch(/an outage at every rollout/);
  const { name } = body.request;
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  const metadata = { name, namespace };
  server.put(resources.HorizontalPodAutoscaler.path, {
    metadata,
    spec: { scaleTargetRef, minReplicas: 3, maxReplicas: 9 },
  });
  await expect.poll(warned, patience).not.toMatch(/outage/);
  const asked = () => server.seen.map(({ path }) => path);
  await expect.poll(asked, patience).toContain(resources.ResourceQuota.path);
  expect(asked()).not.toContain(resources.PersistentVolumeClaim.path);
  await expect.poll(() => counted(running, 'HorizontalPodAutoscaler'), patience).toMatch(/ 1$/);
  for (const kind of ['ResourceQuota', 'PersistentVolumeClaim']) expect(await counted(running, kind)).toBeUndefined();
  const told = expect.objectContaining({ level: 'warn', of: 'ResourceQuota', reason: expect.stringMatching(/^403: /) });
  // The log comes by another pipe than the metrics.
  await expect.poll(() => running.lines(), patience).toContainEqual(told);
});

test('a namespace that opts itself into nothing is named in the log and counted', async () => {
  const { running } = await given((fake) => {
    fake.put(resources.Namespace.path, { metadata: { name: 'shop', labels: { 'hitless.dev/mode': 'enforced' } } });
  });
  await expect.poll(() => readiness(running), patience).toBe('ok\n');
  expect(await scraped(running, 'hitless_mistaken_opt_ins')).toBe('hitless_mistaken_opt_ins 1');
  const told = { level: 'warn', namespace: 'shop', mistake: expect.stringMatching(/did you mean enforce/) };
  await expect.poll(() => running.lines(), patience).toContainEqual(expect.objectContaining(told));
});

/** A namespace that says how long its pods sleep, and the review of an object in it. */
function namespaceNumber(index: number) {
  const name = `${namespace}-${index}`;
  const object = { metadata: { name, annotations: { 'hitless.dev/pre-stop-sleep-seconds': '19' } } };
  return { object, review: create.replaceAll(`"namespace": "${namespace}"`, `"namespace": "${name}"`) };
}

test('a namespace that is a moment old is asked for before the decision, and an old one never', async () => {
  const { server, running } = await given();
  await expect.poll(() => readiness(running), patience).toBe('ok\n');
  await expect.poll(() => server.openWatches(resources.Namespace.path), patience).toBe(1);
  const found = () => scraped(running, 'hitless_namespace_lookups_total{result="found"}');
  const asked = () => server.seen.filter(({ path }) => path.startsWith(`${resources.Namespace.path}/`)).length;
  let attempts = 0;
  let patch = '';
  // A look-up that gets no answer within 200 ms, as on a busy machine, is given up: then the next namespace is tried.
  while ((await found()) === undefined && attempts < 10) {
    attempts += 1;
    const fresh = namespaceNumber(attempts);
    server.hide(resources.Namespace.path, fresh.object);
    patch = await patched(running, fresh.review);
  }
  expect(patch).toContain('"sleep":{"seconds":19}');
  expect(await found()).toBe('hitless_namespace_lookups_total{result="found"} 1');
  expect(asked()).toBeGreaterThan(0);
  expect(asked()).toBeLessThanOrEqual(attempts);
  const old = namespaceNumber(0);
  server.put(resources.Namespace.path, old.object);
  await expect.poll(() => counted(running, 'Namespace'), patience).toMatch(/ 1$/);
  const before = asked();
  const patches = await Promise.all(Array.from({ length: 50 }, () => patched(running, old.review)));
  expect(new Set(patches)).toEqual(new Set([patch]));
  expect(asked()).toBe(before);
});

test('without its API server it goes on, stays ready, and its metric says since when', async () => {
  const { server, running } = await given((fake) => {
    fake.put(resources.Namespace.path, {
      metadata: { name: namespace, annotations: { 'hitless.dev/pre-stop-sleep-seconds': '19' } },
    });
  });
  await expect.poll(() => readiness(running), patience).toBe('ok\n');
  const age = async () =>
    Number((await scraped(running, 'hitless_cluster_state_age_seconds{kind="Namespace"}'))?.split(' ')[1]);
  await expect.poll(() => server.openWatches(resources.Namespace.path), patience).toBe(1);
  await expect.poll(age, patience).toBe(0);
  const stopping = performance.now();
  await server.stop();
  await expect.poll(age, patience).toBeGreaterThan(1);
  expect(await age()).toBeLessThanOrEqual(Math.ceil((performance.now() - stopping) / 1000));
  expect(await patched(running)).toContain('"sleep":{"seconds":19}');
  expect(await readiness(running)).toBe('ok\n');
  running.child.kill('SIGTERM');
  expect(await running.ended).toBe(0);
});

test('without any cluster to ask it says so and does not start', async () => {
  const files = ['--tls-cert', 'a', '--tls-key', 'b'];
  const ended = spawnServe(['--cluster', ...files], { KUBECONFIG: '/nowhere/config' });
  expect(await ended.ended).toBe(2);
  expect(ended.stderr()).toContain('KUBECONFIG /nowhere/config cannot be read');
});

test('a start that fails for another reason ends, although the cluster can be watched', async () => {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  server.serve(...Object.values(resources).map(({ path }) => path));
  const environment = { KUBECONFIG: await kubeconfig({ fake: server.url }) };
  const missing = spawnServe(['--cluster', '--tls-cert', '/no/tls.crt', '--tls-key', '/no/tls.key'], environment);
  ending.push(() => stop(missing));
  expect(await missing.ended).toBe(2);
  expect(missing.stderr()).toContain('the certificate /no/tls.crt cannot be read: no such file or folder');
  const { cert, key } = await writePair(await temporaryFolder(), await pairNamed('first.test'));
  const taken = new URL(server.url).host;
  const refused = spawnServe(['--cluster', '--tls-cert', cert, '--tls-key', key, '--listen', taken], environment);
  ending.push(() => stop(refused));
  expect(await refused.ended).toBe(2);
  expect(refused.stderr()).toContain('cannot listen');
});
