// What one namespace may fill of the webhook's memory, and what is said about the rest.

import { afterEach, describe, expect, test } from 'vitest';
import { autoscalerCalled, claimCalled } from '../../../bench/objects.ts';
import { type ClusterEvent, watchCluster } from '../../../src/cluster/cache/cluster-cache.ts';
import { boundsOf, resources, type WatchedKind, watchedKinds } from '../../../src/cluster/cache/kinds.ts';
import { readCached } from '../../../src/cluster/cache/read-cached.ts';
import { selectPolicy } from '../../../src/policy/select.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { type FakeApiServer, fakeApiServer, quickTimings } from '../../support/fake-api-server.ts';
import { soon } from '../../support/soon.ts';

const path = (kind: WatchedKind) => resources[kind].path;
const heap = 256 * 1024 * 1024;

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function ready(prepare: (server: FakeApiServer) => void, bounds = boundsOf(heap)) {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  server.serve(...Object.values(resources).map(({ path }) => path));
  prepare(server);
  const reports: ClusterEvent[] = [];
  const state = watchCluster({
    api: server.api,
    report: (report) => reports.push(report),
    timings: quickTimings,
    bounds,
  });
  ending.push(state.stop);
  await soon(() => state.unready(), []);
  for (const { path } of Object.values(resources)) await soon(() => server.openWatches(path), 1);
  const leftOut = () => reports.filter(({ kind }) => kind === 'left-out');
  return { server, state, reports, leftOut };
}

const named = (index: number) => `p${String(index).padStart(4, '0')}`;
const policy = (name: string, spec: object, namespace = 'shop') => ({ metadata: { name, namespace }, spec });
const service = (name: string, ports: number, selector: object = { app: name }) => ({
  metadata: { name, namespace: 'shop' },
  spec: {
    selector,
    ports: Array.from({ length: ports }, (_, index) => ({ name: `p${index}`, port: index + 1, protocol: 'TCP' })),
  },
});

type State = Awaited<ReturnType<typeof ready>>['state'];
function sleepSeconds({ current }: State, name = 'shop') {
  const workload = {
    kind: 'Deployment',
    namespace: { name, labels: {}, annotations: {} },
    labels: {},
    annotations: {},
  };
  return selectPolicy(current().policies, workload).policy.spec.preStopSleep.seconds;
}

describe('more policies in a namespace than count', () => {
  const sleeping = (index: number) => policy(named(index), { preStopSleep: { seconds: (index % 3000) + 1 } });

  test('leave out the last ones by name, are told once, and other namespaces keep theirs', async () => {
    const { server, state, leftOut } = await ready((fake) => {
      for (let index = 1500; index > 0; index -= 1) fake.put(path('RolloutPolicy'), sleeping(index));
      fake.put(path('RolloutPolicy'), policy('own', { preStopSleep: { seconds: 7 } }, 'other'));
    });
    expect(state.counts().RolloutPolicy).toBe(1001);
    expect(state.mistakes()).toBe(1);
    expect(leftOut()).toEqual([
      { kind: 'left-out', id: 'RolloutPolicy shop', reason: expect.stringContaining('those from "p1001" on') },
    ]);
    expect([sleepSeconds(state), sleepSeconds(state, 'other')]).toEqual([2, 7]);
    server.put(path('RolloutPolicy'), policy('p0000', { preStopSleep: { seconds: 33 } }));
    await soon(() => sleepSeconds(state), 33);
    expect(state.counts().RolloutPolicy).toBe(1001);
    expect(leftOut()).toHaveLength(1);
  });

  test('count again when there is room, by a new list', async () => {
    const bounds = { ...boundsOf(heap), RolloutPolicy: { objects: 4, weight: 1e6, totalWeight: 1e7 } };
    const { server, state, reports } = await ready((fake) => {
      for (let index = 0; index < 6; index += 1) fake.put(path('RolloutPolicy'), sleeping(index));
    }, bounds);
    expect(state.counts().RolloutPolicy).toBe(4);
    for (let index = 0; index < 3; index += 1) server.remove(path('RolloutPolicy'), sleeping(index));
    await expect
      .poll(
        () => {
          server.bookmark(path('RolloutPolicy'));
          return state.counts().RolloutPolicy;
        },
        { timeout: 30_000, interval: 50 },
      )
      .toBe(3);
    expect(state.mistakes()).toBe(0);
    expect(reports).toContainEqual({ kind: 'mended', id: 'RolloutPolicy shop' });
    expect(state.unready()).toEqual([]);
  });
});

describe('an object that is too large', () => {
  test('is not used, nor is its last good version, and that is told', async () => {
    const { server, state, leftOut, reports } = await ready((fake) => {
      fake.put(path('Service'), service('web', 3));
      fake.put(path('Service'), service('many', 5000));
    });
    const names = () =>
      state
        .current()
        .servicesIn('shop')
        .map(({ name }) => name);
    expect(names()).toEqual(['web']);
    server.put(path('Service'), service('web', 5000));
    await soon(names, []);
    expect(leftOut()).toHaveLength(2);
    expect(leftOut()).toContainEqual({
      kind: 'left-out',
      id: 'Service shop/web',
      reason: 'too large: the fields that are read may take at most 256 KiB of memory',
    });
    server.put(path('Service'), service('web', 4));
    await soon(names, ['web']);
    expect(reports).toContainEqual({ kind: 'mended', id: 'Service shop/web' });
  });

  test('is a policy beyond the bounds of the schema, and the sentence about it is short', async () => {
    const { state, reports } = await ready((fake) => {
      fake.put(path('RolloutPolicy'), policy('labels', { workloadSelector: { matchLabels: many(200, 'x') } }));
      fake.put(path('RolloutPolicy'), policy('keys', many(20_000, 1)));
      fake.put(path('RolloutPolicy'), policy('text', { preStopSleep: { seconds: 'x'.repeat(1_000_000) } }));
      fake.put(path('RolloutPolicy'), policy('action', { preStopSleep: { action: 'x'.repeat(100_000) } }));
    });
    expect(state.mistakes()).toBe(4);
    for (const report of reports)
      if (report.kind === 'mistake') expect(report.mistake.length, report.mistake).toBeLessThan(2_000);
  });
});

test('every policy that the schema takes is light enough to be used', () => {
  const [letters, key] = ['x'.repeat(63), `${'x'.repeat(253)}/${'y'.repeat(60)}`];
  const values = (count: number) => Array.from({ length: count }, (_, i) => letters.slice(4) + String(i + 1000));
  const selector = (count: number) => ({
    matchLabels: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${key}${i + 10}`, letters])),
    matchExpressions: Array.from({ length: 20 }, () => ({ key, operator: 'In', values: values(count) })),
  });
  const header = { name: 'X'.repeat(256), value: 'v'.repeat(1024) };
  const httpGet = { path: `/${'p'.repeat(1023)}`, port: 80, httpHeaders: Array.from({ length: 20 }, () => header) };
  const spec = { workloadSelector: selector(100), readinessProbe: { handler: { httpGet } } };
  const metadata = { name: 'large', namespace: 'shop' };
  expect(readCached('RolloutPolicy', { metadata, spec })).toHaveProperty('value');
  const cluster = { ...spec, namespaceSelector: selector(1000) };
  expect(readCached('ClusterRolloutPolicy', { metadata: { name: 'large' }, spec: cluster })).toHaveProperty('value');
});

describe('what is left out of a namespace', () => {
  const claim = (name: string, namespace = 'shop') => ({
    metadata: { name, namespace },
    spec: { accessModes: ['ReadWriteOnce'] },
  });

  test('makes its kind unknown there and nowhere else, until there is room', async () => {
    const bounds = { ...boundsOf(heap), PersistentVolumeClaim: { objects: 4, weight: 1e6, totalWeight: 1e7 } };
    const { server, state, leftOut } = await ready((fake) => {
      for (let index = 0; index < 6; index += 1) fake.put(path('PersistentVolumeClaim'), claim(named(index)));
      fake.put(path('PersistentVolumeClaim'), claim('data', 'other'));
    }, bounds);
    const { knows, objectsIn } = state.current();
    const known = () => ['shop', 'other', 'empty'].map((namespace) => knows('PersistentVolumeClaim', namespace));
    expect(known()).toEqual([false, true, true]);
    expect(knows('HorizontalPodAutoscaler', 'shop')).toBe(true);
    expect(objectsIn('PersistentVolumeClaim', 'shop')).toHaveLength(4);
    expect(leftOut()).toHaveLength(1);
    for (let index = 0; index < 4; index += 1) server.remove(path('PersistentVolumeClaim'), claim(named(index)));
    const again = () => {
      server.bookmark(path('PersistentVolumeClaim'));
      return known();
    };
    await expect.poll(again, { timeout: 30_000, interval: 50 }).toEqual([true, true, true]);
    expect(objectsIn('PersistentVolumeClaim', 'shop')).toHaveLength(2);
  });

  test('is unknown too when a single object is too large, also of the kinds that are required', async () => {
    const { server, state } = await ready((fake) => {
      fake.put(path('Service'), service('many', 5000));
      const hard = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`requests.example.com/d${i}`, '1']));
      fake.put(path('ResourceQuota'), { metadata: { name: 'wide', namespace: 'shop' }, spec: { hard } });
    });
    const known = () => (['Service', 'ResourceQuota'] as const).map((kind) => state.current().knows(kind, 'shop'));
    expect(known()).toEqual([false, false]);
    expect(state.current().knows('Service', 'other')).toBe(true);
    server.put(path('Service'), service('many', 3));
    server.remove(path('ResourceQuota'), { metadata: { name: 'wide', namespace: 'shop' } });
    await soon(known, [true, true]);
  });

  test('is nothing of 20,000 ordinary autoscalers and claims, in one namespace or in all', () => {
    const { HorizontalPodAutoscaler: autoscalers, PersistentVolumeClaim: claims } = boundsOf(heap);
    const weigh = (kind: 'HorizontalPodAutoscaler' | 'PersistentVolumeClaim', { body }: { body: object }) => {
      const found = readCached(kind, body as JsonObject);
      return 'weight' in found ? found.weight * 20_000 : Infinity;
    };
    const [autoscaler, claim] = [autoscalerCalled('web-1', 'tenant-00001'), claimCalled('data-1', 'tenant-00001')];
    const weights = [weigh('HorizontalPodAutoscaler', autoscaler), weigh('PersistentVolumeClaim', claim)] as const;
    expect(weights[0]).toBeLessThan(Math.min(autoscalers.weight, autoscalers.totalWeight));
    expect(weights[1]).toBeLessThan(Math.min(claims.weight, claims.totalWeight));
  });
});

test('all that tenants may fill leaves a good part of the heap', () => {
  const shares = watchedKinds.map((kind) => boundsOf(heap)[kind].totalWeight).filter(Number.isFinite);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThan(0.7 * heap);
});

describe('what is kept of an object', () => {
  test('is no port twice that differs only in what nobody reads', () => {
    const ports = Array.from({ length: 3000 }, (_, index) => ({ port: index + 1, targetPort: 80 + (index % 2) }));
    const found = readCached('Service', { metadata: { name: 'web', namespace: 'shop' }, spec: { ports } });
    expect('value' in found && found.value.ports.map(({ port, targetPort }) => [port, targetPort])).toEqual([
      [1, 80],
      [2, 81],
    ]);
  });

  test('are annotations of a Namespace up to a length', () => {
    const annotations = { 'hitless.dev/mode': 'off', 'kubectl.kubernetes.io/last-applied': 'x'.repeat(200_000) };
    const found = readCached('Namespace', { metadata: { name: 'shop', annotations } });
    expect('value' in found && found.value.annotations['hitless.dev/mode']).toBe('off');
    expect('weight' in found && found.weight).toBeLessThan(2_000);
  });
});

function many<T>(count: number, value: T): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, value]));
}
