// The cluster as a cluster state: what one watch for each kind together make of it.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ClusterCache,
  type ClusterCacheOptions,
  type ClusterEvent,
  watchCluster,
} from '../../../src/cluster/cache/cluster-cache.ts';
import { resources } from '../../../src/cluster/cache/kinds.ts';
import { selectPolicy } from '../../../src/policy/select.ts';
import { type FakeApiServer, fakeApiServer, quickTimings, refuse } from '../../support/fake-api-server.ts';
import { soon } from '../../support/soon.ts';

const paths = Object.fromEntries(Object.entries(resources).map(([kind, { path }]) => [kind, path])) as Record<
  keyof typeof resources,
  string
>;

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface Given {
  readonly server: FakeApiServer;
  readonly state: ClusterCache;
  readonly reports: ClusterEvent[];
}

type Lookups = NonNullable<ClusterCacheOptions['lookups']>;
/** So long that a machine that stands still for a moment makes no difference. */
const patient: Lookups = { limitMs: 30_000, rememberMs: 60_000 };

async function given(
  prepare: (server: FakeApiServer) => void = () => undefined,
  lookups: Lookups = patient,
): Promise<Given> {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  server.serve(...Object.values(paths));
  prepare(server);
  const reports: ClusterEvent[] = [];
  const report = (event: ClusterEvent) => void reports.push(event);
  const state = watchCluster({ api: server.api, report, timings: quickTimings, lookups });
  ending.push(state.stop);
  return { server, state, reports };
}

async function ready(prepare?: (server: FakeApiServer) => void, lookups?: Lookups): Promise<Given> {
  const made = await given(prepare, lookups);
  await soon(() => made.state.unready(), []);
  for (const path of Object.values(paths)) await soon(() => made.server.openWatches(path), 1);
  return made;
}

const namespace = (name: string, labels: Record<string, string> = {}) => ({ metadata: { name, labels } });
const service = (name: string, namespace: string, port = 80) => ({
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ port }] },
  status: { loadBalancer: {} },
});
const node = (name: string, kubeletVersion: string) => ({
  metadata: { name },
  status: { nodeInfo: { kubeletVersion }, images: [{ sizeBytes: 1 }] },
});
const policy = (name: string, seconds: unknown) => ({
  apiVersion: 'hitless.dev/v1alpha1',
  kind: 'ClusterRolloutPolicy',
  metadata: { name, uid: 'u', generation: 1, managedFields: [] },
  spec: { preStopSleep: { action: 'fill', seconds } },
  status: { whatever: true },
});

function sleepSeconds(state: ClusterCache) {
  const workload = {
    kind: 'Deployment',
    namespace: { name: 'shop', labels: {}, annotations: {} },
    labels: {},
    annotations: {},
  };
  return selectPolicy(state.current().policies, workload).policy.spec.preStopSleep.seconds;
}

describe('before the first list of every kind', () => {
  test('it is not ready, and says which kinds are missing and why', async () => {
    const { server, state } = await given((fake) => fake.forbid(paths.Node));
    expect(state.unready().length).toBeGreaterThanOrEqual(5);
    const reason = `403: ${paths.Node} is forbidden: cannot list`;
    await soon(() => state.unready(), [`the first list of Node is not complete yet (${reason})`]);
    server.put(paths.Node, node('n', 'v1.30.0'));
    server.forbid(paths.Node, 'nothing');
    await soon(() => state.unready(), []);
  });

  test('the reason is reported when it changes, not at every attempt', async () => {
    const { state, reports } = await given((fake) => {
      for (let time = 0; time < 5; time += 1)
        fake.next(paths.Node, (_request, response) => refuse(response, 403, 'nodes is forbidden'));
      fake.next(paths.Node, (_request, response) => refuse(response, 500, 'etcd is away'));
    });
    await soon(() => state.unready(), []);
    expect(reports).toEqual([
      { kind: 'waiting', of: 'Node', reason: '403: nodes is forbidden' },
      { kind: 'waiting', of: 'Node', reason: '500: etcd is away' },
      { kind: 'synced', seconds: expect.any(Number) },
    ]);
  });

  test('kinds of ours that nobody installed yet are said once, and do not keep it from being ready', async () => {
    const { server, state, reports } = await given((fake) => {
      fake.unserve(paths.ClusterRolloutPolicy);
      fake.unserve(paths.RolloutPolicy);
    });
    await soon(() => state.unready(), []);
    await sleep(300);
    const absent = reports.filter(({ kind }) => kind === 'absent');
    expect(absent).toHaveLength(2);
    expect(sleepSeconds(state)).toBe(10);
    server.put(paths.ClusterRolloutPolicy, policy('default', 7));
    await soon(() => sleepSeconds(state), 7);
  });
});

describe('what it knows', () => {
  test('are the few fields that we read', async () => {
    const { state } = await ready((fake) => {
      fake.put(paths.Namespace, namespace('shop', { tier: 'web' }));
      fake.put(paths.Service, service('web', 'shop'));
      fake.put(paths.Node, node('new', 'v1.37.1'));
      fake.put(paths.Node, node('old', 'v1.29.4-eks-1'));
    });
    const { namespace: named, servicesIn, oldestNode } = state.current();
    expect(named('shop')).toEqual({ name: 'shop', labels: { tier: 'web' }, annotations: {} });
    expect(servicesIn('shop')).toEqual([
      {
        name: 'web',
        namespace: 'shop',
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      },
    ]);
    expect(servicesIn('other')).toEqual([]);
    expect(oldestNode).toEqual({ major: 1, minor: 29 });
    expect(state.counts()).toMatchObject({
      Namespace: 1,
      Service: 1,
      ClusterRolloutPolicy: 0,
      RolloutPolicy: 0,
      Node: 2,
    });
  });

  test('follows every change', async () => {
    const { server, state } = await ready((fake) => {
      fake.put(paths.Service, service('web', 'shop'));
      fake.put(paths.Node, node('old', 'v1.29.4'));
    });
    server.put(paths.Namespace, namespace('shop', { tier: 'web' }));
    server.put(paths.Service, service('web', 'shop', 8080));
    server.put(paths.Service, service('api', 'shop'));
    server.put(paths.ClusterRolloutPolicy, policy('default', 8));
    server.remove(paths.Node, node('old', 'v1.29.4'));
    await soon(() => state.current().namespace('shop')?.labels, { tier: 'web' });
    await soon(
      () =>
        state
          .current()
          .servicesIn('shop')
          .map(({ name, ports }) => `${name} ${ports[0]?.port}`),
      ['api 80', 'web 8080'],
    );
    await soon(() => sleepSeconds(state), 8);
    await soon(() => state.current().oldestNode, undefined);
    server.remove(paths.Service, service('web', 'shop'));
    server.remove(paths.Service, service('api', 'shop'));
    server.remove(paths.ClusterRolloutPolicy, policy('default', 8));
    await soon(() => state.current().servicesIn('shop'), []);
    await soon(() => sleepSeconds(state), 10);
  });

  test('an object that did not change in what we read stays the same one, over events and a new list', async () => {
    const { server, state } = await ready((fake) => {
      fake.put(paths.Namespace, namespace('shop', { tier: 'web' }));
      fake.put(paths.Service, service('web', 'shop'));
    });
    const known = () => [state.current().namespace('shop'), state.current().servicesIn('shop')];
    const [shop, services] = known();
    server.put(paths.Namespace, { ...namespace('shop', { tier: 'web' }), status: { phase: 'Active' } });
    server.compact();
    server.cut();
    server.put(paths.Namespace, namespace('later'));
    await soon(() => state.current().namespace('later')?.name, 'later');
    expect(known()[0]).toBe(shop);
    expect(known()[1]).toBe(services);
  });

  test('a burst of policies is made ready a few times only, and counts at the end', async () => {
    const { server, state } = await ready();
    const compiled = new Set<unknown>();
    const began = performance.now();
    for (let index = 0; index < 300; index += 1) {
      server.put(paths.ClusterRolloutPolicy, policy(`p-${String(index).padStart(3, '0')}`, (index % 60) + 1));
      compiled.add(state.current().policies);
      if (index % 10 === 0) await sleep(20);
    }
    // Once before and at the first one, and then each 300 milliseconds.
    expect(compiled.size).toBeLessThanOrEqual(3 + (performance.now() - began) / 300);
    await soon(() => state.current().policies.documents.length, 300);
    expect(sleepSeconds(state)).toBe(1);
  });
});

describe('a policy that is not valid', () => {
  test('leaves the last good one, is told once and counted, until it is mended', async () => {
    const { server, state, reports } = await ready((fake) =>
      fake.put(paths.ClusterRolloutPolicy, policy('default', 8)),
    );
    server.put(paths.ClusterRolloutPolicy, policy('default', 'many'));
    server.put(paths.ClusterRolloutPolicy, policy('default', 'many'));
    await soon(state.mistakes, 1);
    server.compact();
    server.cut();
    server.put(paths.Namespace, namespace('later'));
    await soon(() => state.current().namespace('later')?.name, 'later');
    await soon(() => server.openWatches(paths.ClusterRolloutPolicy), 1);
    expect(sleepSeconds(state)).toBe(8);
    expect(reports.filter(({ kind }) => kind === 'mistake')).toEqual([
      {
        kind: 'mistake',
        id: 'ClusterRolloutPolicy default',
        mistake: expect.stringMatching(/^spec\.preStopSleep\.seconds: found "many"/),
      },
    ]);
    server.put(paths.ClusterRolloutPolicy, policy('default', 9));
    await soon(() => sleepSeconds(state), 9);
    expect(state.mistakes()).toBe(0);
    expect(reports).toContainEqual({ kind: 'mended', id: 'ClusterRolloutPolicy default' });
  });

  test('from the beginning is left out, and the others count', async () => {
    const { state } = await ready((fake) => {
      fake.put(paths.ClusterRolloutPolicy, policy('a', 'many'));
      fake.put(paths.ClusterRolloutPolicy, policy('b', 6));
    });
    expect(sleepSeconds(state)).toBe(6);
    expect(state.mistakes()).toBe(1);
  });

  test('and is deleted takes its last good version along', async () => {
    const { server, state } = await ready((fake) => fake.put(paths.ClusterRolloutPolicy, policy('default', 8)));
    server.put(paths.ClusterRolloutPolicy, policy('default', 'many'));
    await soon(state.mistakes, 1);
    server.remove(paths.ClusterRolloutPolicy, policy('default', 'many'));
    await soon(() => sleepSeconds(state), 10);
    expect(state.mistakes()).toBe(0);
  });
});

describe('a namespace that no event told of yet', () => {
  const asked = (server: FakeApiServer) => server.seen.filter(({ path }) => path.startsWith(`${paths.Namespace}/`));

  test('is asked for once, by however many requests', async () => {
    const { server, state, reports } = await ready();
    server.hide(paths.Namespace, namespace('fresh', { tier: 'web' }));
    await Promise.all(Array.from({ length: 20 }, () => state.prepare('fresh')));
    expect(state.current().namespace('fresh')?.labels).toEqual({ tier: 'web' });
    expect(state.prepare('fresh')).toBeUndefined();
    expect(asked(server)).toHaveLength(1);
    expect(reports).toContainEqual({ kind: 'looked-up', result: 'found' });
  });

  test('gives way to the event', async () => {
    const { server, state } = await ready();
    server.hide(paths.Namespace, namespace('fresh', { tier: 'old' }));
    await state.prepare('fresh');
    server.put(paths.Namespace, namespace('fresh', { tier: 'new' }));
    await soon(() => state.current().namespace('fresh')?.labels, { tier: 'new' });
  });

  test('and does not exist is remembered for some seconds', async () => {
    const { server, state } = await ready();
    await state.prepare('nowhere');
    expect(state.prepare('nowhere')).toBeUndefined();
    expect(state.current().namespace('nowhere')).toBeUndefined();
    expect(asked(server)).toHaveLength(1);
  });

  test('of an API server that does not answer holds nobody up for long, and not again', async () => {
    const { rememberMs = 0 } = patient;
    const { server, state, reports } = await ready(undefined, { rememberMs });
    server.next(`${paths.Namespace}/fresh`, () => undefined);
    const began = performance.now();
    await state.prepare('fresh');
    expect(performance.now() - began).toBeGreaterThan(150);
    // Much less than the client waits for an answer.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(state.prepare('fresh')).toBeUndefined();
    expect(reports).toContainEqual({ kind: 'looked-up', result: 'failed' });
  });

  test('is not asked for when a hundred others are already, nor when it is no name at all', async () => {
    const { server, state } = await ready();
    const waits = Array.from({ length: 150 }, (_, index) => state.prepare(`n-${index}`));
    expect(waits.filter((wait) => wait !== undefined)).toHaveLength(100);
    await Promise.all(waits);
    for (const name of ['', '../secrets', 'A', 'a/b', '__proto__']) expect(state.prepare(name)).toBeUndefined();
    expect(asked(server)).toHaveLength(100);
  });

  test('is the only reason for a question: one that is known costs none', async () => {
    const { server, state } = await ready((fake) => fake.put(paths.Namespace, namespace('shop')));
    const before = server.seen.length;
    for (let time = 0; time < 100; time += 1) expect(state.prepare('shop')).toBeUndefined();
    await sleep(50);
    expect(server.seen).toHaveLength(before);
  });
});

test('without its API server it answers from what it knows, says how old that is, and is current again afterwards', async () => {
  const { server, state } = await ready((fake) => {
    fake.put(paths.Namespace, namespace('shop', { tier: 'web' }));
    fake.put(paths.ClusterRolloutPolicy, policy('default', 8));
  });
  const ages = () => Object.values(state.ages());
  expect(new Set(ages())).toEqual(new Set([0]));
  const stopping = performance.now();
  await server.stop();
  await soon(() => ages().every((age) => age > 0.4), true);
  expect(Math.max(...ages())).toBeLessThanOrEqual((performance.now() - stopping) / 1000);
  expect(state.current().namespace('shop')?.labels).toEqual({ tier: 'web' });
  expect(sleepSeconds(state)).toBe(8);
  expect(state.unready()).toEqual([]);
  await server.start();
  await soon(() => Math.max(...ages()), 0);
});

describe('a namespace that asks for hitless in a way that opts it into nothing', () => {
  const told = (reports: readonly ClusterEvent[]) => reports.filter(({ kind }) => kind === 'not-opted-in');

  test('is reported once for each new mistake, from the first list and from the watch, and counted while it is there', async () => {
    const { server, state, reports } = await ready((fake) => {
      fake.put(paths.Namespace, namespace('first', { 'hitless.dev/mode': 'enforced' }));
      fake.put(paths.Namespace, namespace('fine', { 'hitless.dev/mode': 'enforce' }));
    });
    expect(told(reports)).toMatchObject([
      { namespace: 'first', mistake: expect.stringMatching(/did you mean enforce/) },
    ]);
    server.put(paths.Namespace, namespace('second', { 'hitless.io/mode': 'audit' }));
    await soon(state.mistakenOptIns, 2);
    server.put(paths.Namespace, namespace('second', { 'hitless.io/mode': 'audit', team: 'shop' }));
    server.put(paths.Namespace, namespace('first', { 'hitless.dev/mode': 'on' }));
    await soon(() => told(reports).length, 3);
    server.put(paths.Namespace, namespace('first', { 'hitless.dev/mode': 'enforce' }));
    server.remove(paths.Namespace, namespace('second'));
    await soon(state.mistakenOptIns, 0);
    expect(told(reports)).toHaveLength(3);
  });
});
