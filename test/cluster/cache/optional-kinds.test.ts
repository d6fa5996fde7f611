// Kinds that a cluster may lack or not let us read: what is known of them, and that they stop nobody.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type ClusterCacheOptions, type ClusterEvent, watchCluster } from '../../../src/cluster/cache/cluster-cache.ts';
import { isNeighbour, type OptionalKind, resources, watchedKinds } from '../../../src/cluster/cache/kinds.ts';
import { type FakeApiServer, fakeApiServer, quickTimings, refuse } from '../../support/fake-api-server.ts';
import { soon } from '../../support/soon.ts';

const path = (kind: keyof typeof resources) => resources[kind].path;
const optional = watchedKinds.filter(isNeighbour) as readonly OptionalKind[];

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function given(prepare: (server: FakeApiServer) => void, options: Partial<ClusterCacheOptions> = {}) {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  server.serve(...Object.values(resources).map((resource) => resource.path));
  prepare(server);
  const reports: ClusterEvent[] = [];
  const report = (event: ClusterEvent) => void reports.push(event);
  const state = watchCluster({ api: server.api, report, timings: quickTimings, ...options });
  ending.push(state.stop);
  const told = (kind: ClusterEvent['kind']) => reports.filter((event) => event.kind === kind);
  const knows = (kind: OptionalKind, namespace = 'shop') => state.current().knows(kind, namespace);
  return { server, state, reports, told, knows };
}

const named = (name: string, namespace?: string) => ({ metadata: { name, ...(namespace && { namespace }) } });
const autoscaler = (name: string, maxReplicas = 3, namespace = 'shop') => ({
  ...named(name, namespace),
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, maxReplicas, metrics: [{ type: 'x' }] },
  status: { currentReplicas: 2, conditions: [{ type: 'AbleToScale' }] },
});
const route = (name: string) => ({ ...named(name, 'shop'), spec: { parentRefs: [{ name: 'front' }], rules: [] } });

describe('a kind around workloads', () => {
  test('is known after its first list, with the few fields that are read, and follows every change', async () => {
    const { server, state, knows } = await given((fake) => {
      fake.put(path('HorizontalPodAutoscaler'), autoscaler('web'));
      fake.put(path('PersistentVolumeClaim'), { ...named('data', 'shop'), spec: { accessModes: ['ReadWriteOnce'] } });
      fake.put(path('IngressClass'), { ...named('nginx'), spec: { controller: 'k8s.io/ingress-nginx' } });
    });
    await soon(() => optional.filter((kind) => !knows(kind)), []);
    const target = { group: 'apps', kind: 'Deployment', name: 'web' };
    const web = { name: 'web', namespace: 'shop', target, minReplicas: 1, maxReplicas: 3 };
    const { objectsIn } = state.current();
    expect(objectsIn('HorizontalPodAutoscaler', 'shop')).toEqual([web]);
    expect(objectsIn('HorizontalPodAutoscaler', 'other')).toEqual([]);
    expect(objectsIn('PersistentVolumeClaim', 'shop')).toEqual([
      { name: 'data', namespace: 'shop', accessModes: ['ReadWriteOnce'] },
    ]);
    expect(objectsIn('IngressClass', '')).toMatchObject([{ name: 'nginx', controller: 'k8s.io/ingress-nginx' }]);
    expect(state.counts()).toMatchObject({ HorizontalPodAutoscaler: 1, PersistentVolumeClaim: 1, Rollout: 0 });
    await soon(() => server.openWatches(path('HorizontalPodAutoscaler')), 1);
    server.put(path('HorizontalPodAutoscaler'), autoscaler('web', 5));
    await soon(() => objectsIn('HorizontalPodAutoscaler', 'shop')[0]?.maxReplicas, 5);
    server.remove(path('HorizontalPodAutoscaler'), autoscaler('web', 5));
    await soon(() => objectsIn('HorizontalPodAutoscaler', 'shop'), []);
    expect(knows('HorizontalPodAutoscaler')).toBe(true);
  });

  test('follows after its watch expired, without another list for a mere cut', async () => {
    const { server, state } = await given(() => undefined);
    const kind = path('HorizontalPodAutoscaler');
    await soon(() => server.openWatches(kind), 1);
    server.compact();
    server.cut();
    server.put(kind, autoscaler('late'));
    await soon(() => state.current().objectsIn('HorizontalPodAutoscaler', 'shop').length, 1);
  });

  test('keeps its objects, and the list of them, over changes of fields that are not read', async () => {
    const { server, state } = await given((fake) => fake.put(path('HorizontalPodAutoscaler'), autoscaler('web')));
    const list = () => state.current().objectsIn('HorizontalPodAutoscaler', 'shop');
    await soon(() => list().length, 1);
    await soon(() => server.openWatches(path('HorizontalPodAutoscaler')), 1);
    const before = list();
    server.put(path('HorizontalPodAutoscaler'), { ...autoscaler('web'), status: { currentReplicas: 9 } });
    server.put(path('HorizontalPodAutoscaler'), autoscaler('other', 3, 'elsewhere'));
    await soon(() => state.counts().HorizontalPodAutoscaler, 2);
    expect(list()).toBe(before);
  });

  test('has no object that says nothing, and that is no mistake', async () => {
    const plain = { ...named('plain', 'shop'), spec: { template: {} } };
    const borrowing = { ...named('own', 'shop'), spec: { workloadRef: { kind: 'Deployment', name: 'web' } } };
    const { server, state, knows } = await given((fake) => {
      fake.put(path('Rollout'), plain);
      fake.put(path('Rollout'), borrowing);
    });
    await soon(() => knows('Rollout'), true);
    expect(state.current().objectsIn('Rollout', 'shop')).toHaveLength(1);
    expect(state.mistakes()).toBe(0);
    await soon(() => server.openWatches(path('Rollout')), 1);
    server.put(path('Rollout'), { ...plain, ...named('own', 'shop') });
    await soon(() => state.current().objectsIn('Rollout', 'shop'), []);
  });
});

describe('a kind that is not installed', () => {
  const missing = ['HTTPRoute', 'Gateway', 'TargetGroupBinding', 'Rollout'] as const;

  test('is known to have no objects, said once in one line with its like, and does not hold up the start', async () => {
    const { state, knows, told, reports } = await given((fake) => {
      for (const kind of missing) fake.unserve(path(kind));
    });
    await soon(() => state.unready(), []);
    await soon(() => missing.filter((kind) => !knows(kind)), []);
    expect(state.current().objectsIn('HTTPRoute', 'shop')).toEqual([]);
    await soon(() => told('not-installed').length, 1);
    await sleep(1500);
    expect(told('not-installed')).toHaveLength(1);
    expect(told('not-installed')[0]).toMatchObject({ of: missing });
    expect(reports.map(({ kind }) => kind).toSorted()).toEqual(['not-installed', 'synced']);
    expect(state.ages().HTTPRoute).toBe(0);
  });

  test('is watched when it comes, and known to have no objects when it goes', async () => {
    const { server, state, told, knows } = await given((fake) => fake.unserve(path('HTTPRoute')));
    const list = () => state.current().objectsIn('HTTPRoute', 'shop');
    await soon(() => told('not-installed').length, 1);
    server.put(path('HTTPRoute'), route('web'));
    await soon(() => list().length, 1);
    await soon(() => told('found'), [{ kind: 'found', of: 'HTTPRoute' }]);
    server.put(path('HTTPRoute'), route('api'));
    await soon(() => list().length, 2);
    server.unserve(path('HTTPRoute'));
    await soon(list, []);
    expect(knows('HTTPRoute')).toBe(true);
    await soon(() => told('not-installed').length, 2);
  });

  test('is asked for less and less often, and not by all replicas at once', async () => {
    const { server } = await given((fake) => fake.unserve(path('Gateway')), {
      timings: { ...quickTimings, optionalMs: 400 },
    });
    const asked = () => server.seen.filter((one) => one.path === path('Gateway')).map(({ at }) => at);
    await soon(() => asked().length >= 10, true);
    const times = asked();
    // 10, 20, 40 ... 400 milliseconds, or half of that.
    const pauses = times.slice(7).map((at, index) => at - (times[index + 6] ?? 0));
    expect(pauses.length).toBeGreaterThan(2);
    for (const pause of pauses) expect(pause).toBeGreaterThan(190);
  });
});

describe('a kind that may not be read', () => {
  test('is unknown, said once with the reason, and does not hold up the start', async () => {
    const { state, told, knows, reports } = await given((fake) => {
      fake.put(path('PersistentVolumeClaim'), named('data', 'shop'));
      fake.forbid(path('PersistentVolumeClaim'));
    });
    await soon(() => state.unready(), []);
    await sleep(300);
    expect(knows('PersistentVolumeClaim')).toBe(false);
    expect(knows('HorizontalPodAutoscaler')).toBe(true);
    expect(state.counts()).not.toHaveProperty('PersistentVolumeClaim');
    expect(state.ages()).not.toHaveProperty('PersistentVolumeClaim');
    const reason = expect.stringMatching(/^403: .* is forbidden/);
    expect(told('forbidden')).toEqual([{ kind: 'forbidden', of: 'PersistentVolumeClaim', reason }]);
    const kinds = reports.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(['forbidden', 'synced']);
    expect(told('synced')[0]).toHaveProperty('without', ['PersistentVolumeClaim']);
  });

  test('is known when the permission comes, and forgotten when it goes', async () => {
    const { server, state, told, knows } = await given((fake) => {
      fake.put(path('HorizontalPodAutoscaler'), autoscaler('web'));
      fake.forbid(path('HorizontalPodAutoscaler'));
    });
    await soon(() => told('forbidden').length, 1);
    server.forbid(path('HorizontalPodAutoscaler'), 'nothing');
    await soon(() => knows('HorizontalPodAutoscaler'), true);
    await soon(() => told('found'), [{ kind: 'found', of: 'HorizontalPodAutoscaler' }]);
    server.forbid(path('HorizontalPodAutoscaler'));
    server.endWatches();
    await soon(() => knows('HorizontalPodAutoscaler'), false);
    expect(state.current().objectsIn('HorizontalPodAutoscaler', 'shop')).toEqual([]);
    await soon(() => told('forbidden').length, 2);
  });

  test('one answer of that kind is not believed: an API server that is starting may give it', async () => {
    const { told, knows } = await given((fake) =>
      fake.next(path('LimitRange'), (_request, response) => refuse(response, 403, 'not yet')),
    );
    await soon(() => knows('LimitRange'), true);
    expect(told('forbidden')).toEqual([]);
  });

  test('is forbidden too when it may be listed but not watched, and said once', async () => {
    const { server, told, knows } = await given((fake) => fake.forbid(path('Ingress'), 'watch'));
    await soon(() => told('forbidden').length, 1);
    await soon(() => server.seen.filter((one) => one.path === path('Ingress') && !one.watch).length > 3, true);
    expect(told('forbidden')).toHaveLength(1);
    expect(told('found')).toEqual([]);
    await soon(() => knows('Ingress'), false);
  });
});

describe('a kind that is left out', () => {
  test('is not asked for and not known', async () => {
    const ignored = ['HorizontalPodAutoscaler', 'Gateway'] as const;
    const { server, state, knows } = await given(() => undefined, { ignored });
    await soon(() => state.unready(), []);
    await soon(() => knows('Ingress'), true);
    for (const kind of ignored) {
      expect(knows(kind)).toBe(false);
      expect(server.seen.map((one) => one.path)).not.toContain(path(kind));
      expect(state.counts()).not.toHaveProperty(kind);
      expect(state.ages()).not.toHaveProperty(kind);
    }
  });
});

describe('a kind whose list fails', () => {
  test('is unknown, and does not hold up the start for ever', async () => {
    const { state, told, knows } = await given((fake) => {
      for (let time = 0; time < 1000; time += 1)
        fake.next(path('HTTPRoute'), (_request, response) => refuse(response, 500, 'conversion webhook failed'));
    });
    await soon(() => state.unready(), []);
    expect(knows('HTTPRoute')).toBe(false);
    await soon(() => told('unlisted').length, 1);
    expect(told('unlisted')[0]).toMatchObject({ of: 'HTTPRoute', reason: '500: conversion webhook failed' });
  });
});

test('no budget is watched: only audit reads them', async () => {
  const { server, state } = await given(() => undefined);
  await soon(() => state.unready(), []);
  expect(state.current().knows('PodDisruptionBudget', 'shop')).toBe(false);
  expect(server.seen.some((one) => one.path.includes('poddisruptionbudgets'))).toBe(false);
});

test('lists of kinds that are not required are made a few at a time', async () => {
  let [open, most] = [0, 0];
  const { knows } = await given((fake) => {
    for (const kind of optional)
      fake.next(path(kind), (_request, response) => {
        open += 1;
        most = Math.max(most, open);
        setTimeout(() => {
          open -= 1;
          response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
        }, 30);
      });
  });
  await soon(() => optional.filter((kind) => !knows(kind)), []);
  expect(most).toBe(3);
});
