// The real API server as the cluster state of `hitless serve --cluster`: how soon a change counts, and what happens without it.
//
// The webhook reaches the API server through a relay of ours, which can cut it off, on any cluster.

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crd } from '../../scripts/crds.ts';
import { watchedKinds } from '../../src/cluster/cache/kinds.ts';
import { policyKinds } from '../../src/policy/validation/validate.ts';
import { established, kubectl, must, needCluster } from '../support/e2e/kubectl.ts';
import { temporaryFolder } from '../support/pair.ts';
import { callPlain, type Running, review, start, stop } from '../support/process.ts';

const namespace = `hitless-world-${process.pid}`;
const template = readFileSync(new URL('../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');
const ending: (() => unknown)[] = [];

beforeAll(async () => {
  needCluster();
  for (const kind of policyKinds) {
    const definition = crd(kind);
    if ((await kubectl(['get', 'crd', nameOf(definition)])).code === 0) continue;
    await must(kubectl(['create', '-f', '-'], JSON.stringify(definition)));
    ending.unshift(() => kubectl(['delete', 'crd', nameOf(definition), '--wait=true']));
    await established(nameOf(definition));
  }
  await must(kubectl(['create', 'namespace', namespace]));
  ending.push(() => kubectl(['delete', 'namespace', namespace, '--wait=true']));
}, 60_000);
afterAll(async () => {
  for (const end of ending.splice(0).reverse()) await end();
}, 60_000);

const nameOf = (definition: unknown) => (definition as { metadata: { name: string } }).metadata.name;

interface Cluster {
  readonly current: { readonly server: string; readonly [field: string]: unknown };
  readonly user: unknown;
}

async function currentCluster(): Promise<Cluster> {
  const text = await must(kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']));
  const { clusters, users } = JSON.parse(text);
  return { current: clusters[0].cluster, user: users[0].user };
}

/** Passes bytes on, until told otherwise. */
async function relay(target: URL) {
  const pairs = new Set<readonly [Socket, Socket]>();
  let away = false;
  const server = createServer((near) => {
    if (away) return near.resetAndDestroy();
    const far = connect(Number(target.port || 443), target.hostname.replace(/[[\]]/g, ''));
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (data) => to.write(data));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => server.close());
  const { port } = server.address() as { port: number };
  const cut = () => {
    for (const [near, far] of pairs) for (const socket of [near, far]) socket.destroy();
  };
  return {
    url: `https://127.0.0.1:${port}`,
    connections: () => pairs.size,
    cut,
    leave: () => {
      away = true;
      cut();
    },
    comeBack: () => {
      away = false;
    },
  };
}

async function given() {
  const { current, user } = await currentCluster();
  const target = new URL(current.server);
  const between = await relay(target);
  const cluster = { 'tls-server-name': target.hostname, ...current, server: between.url };
  const file = join(await temporaryFolder(), 'config');
  const config = {
    'current-context': 'it',
    clusters: [{ name: 'it', cluster }],
    users: [{ name: 'me', user }],
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'me' } }],
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  const running = await start({ flags: ['--cluster'], environment: { KUBECONFIG: file } });
  ending.push(() => stop(running));
  await expect.poll(async () => (await callPlain(running, '/readyz')).body, { timeout: 15_000 }).toBe('ok\n');
  return { running, between };
}

/** What is patched into a Deployment of this namespace. */
async function patched(running: Running, into = namespace): Promise<string> {
  const body = JSON.parse(template, (key, value) => (key === 'namespace' && typeof value === 'string' ? into : value));
  const { response } = JSON.parse((await review(running, JSON.stringify(body))).body);
  return Buffer.from(response.patch ?? '', 'base64').toString();
}

async function scraped(running: Running, series: string): Promise<number> {
  const { body } = await callPlain(running, '/metrics');
  return Number(
    body
      .split('\n')
      .find((line) => line.startsWith(series))
      ?.split(' ')
      .at(-1),
  );
}

const apply = (object: unknown) => must(kubectl(['apply', '-f', '-'], JSON.stringify(object)));

function policy(seconds: number) {
  const metadata = { name: 'world-test', namespace };
  return { apiVersion: 'hitless.dev/v1alpha1', kind: 'RolloutPolicy', metadata, spec: { preStopSleep: { seconds } } };
}

const slept = (seconds: number) => expect.stringContaining(`"sleep":{"seconds":${seconds}}`);

describe('with the real API server', () => {
  test('a changed policy, an annotation of the namespace and the end of both count within 2 s', async () => {
    const { running } = await given();
    const took: number[] = [];
    const within = async (seconds: number) => {
      const began = performance.now();
      await expect.poll(() => patched(running), { timeout: 20_000, interval: 20 }).toEqual(slept(seconds));
      took.push(performance.now() - began);
    };
    await within(10);
    for (const seconds of [6, 7, 8]) {
      await apply(policy(seconds));
      await within(seconds);
    }
    await must(kubectl(['annotate', 'namespace', namespace, 'hitless.dev/pre-stop-sleep-seconds=9']));
    await within(9);
    await must(kubectl(['annotate', 'namespace', namespace, 'hitless.dev/pre-stop-sleep-seconds-']));
    await within(8);
    await must(kubectl(['delete', 'rolloutpolicy', '-n', namespace, 'world-test']));
    await within(10);
    // All but one or two, for which the machine may have had no time.
    expect(took.toSorted((a, b) => a - b)[4]).toBeLessThan(2000);
  }, 180_000);

  test('a namespace counts in the request that follows its creation at once', async () => {
    const { running } = await given();
    for (let index = 0; index < 5; index += 1) {
      const name = `${namespace}-${index}`;
      const metadata = { name, annotations: { 'hitless.dev/pre-stop-sleep-seconds': '11' } };
      ending.push(() => kubectl(['delete', 'namespace', name, '--wait=false']));
      await must(kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata })));
      expect(await patched(running, name)).toEqual(slept(11));
    }
  }, 60_000);

  test('cut off from it, it goes on with what it knows, says how old that is, and catches up', async () => {
    const { running, between } = await given();
    await apply(policy(6));
    await expect.poll(() => patched(running)).toEqual(slept(6));
    between.leave();
    await apply(policy(7));
    await expect
      .poll(() => scraped(running, 'hitless_cluster_state_age_seconds{kind="RolloutPolicy"}'))
      .toBeGreaterThan(2.5);
    expect(await patched(running)).toEqual(slept(6));
    expect((await callPlain(running, '/readyz')).body).toBe('ok\n');
    between.comeBack();
    await expect.poll(() => patched(running), { timeout: 30_000 }).toEqual(slept(7));
    await expect
      .poll(() => scraped(running, 'hitless_cluster_state_age_seconds{kind="Service"}'), { timeout: 30_000 })
      .toBe(0);
    // A watch for each kind, and lists beside them.
    expect(between.connections()).toBeLessThanOrEqual(2 * watchedKinds.length);
  }, 60_000);

  test('a cut without a pause is caught up, the first one within 2 s', async () => {
    const { running, between } = await given();
    const took: number[] = [];
    for (const seconds of [21, 22, 23]) {
      between.cut();
      await apply(policy(seconds));
      const began = performance.now();
      // A watch that lasts less than five seconds counts as a failure, and the pause after each is longer.
      await expect.poll(() => patched(running), { timeout: 20_000, interval: 20 }).toEqual(slept(seconds));
      took.push(performance.now() - began);
    }
    expect(Math.min(...took)).toBeLessThan(2000);
  }, 120_000);
});
