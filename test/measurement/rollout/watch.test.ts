// The watch against an API server that breaks off, forgets and ends.

import { afterEach, describe, expect, it } from 'vitest';
import type { Api, Call } from '../../../src/cluster/client/api.ts';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { type RolloutWatch, selectorText, watchRollout } from '../../../src/measurement/rollout/watch.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';
import { type FakeApiServer, fakeApiServer } from '../../support/fake-api-server.ts';

const pods = '/api/v1/namespaces/shop/pods';
const services = '/api/v1/namespaces/shop/services';
const slices = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';

const deployment = {
  metadata: { name: 'web', uid: 'd', generation: 1 },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web', tier: 'front' } }, spec: { containers: [{ name: 'web' }] } },
  },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
};
const pod = (name: string) => ({
  metadata: { name, uid: `uid-${name}` },
  spec: { containers: [{ name: 'web' }] },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ state: { running: {} }, restartCount: 0 }],
  },
});
const slice = (...names: string[]) => ({
  metadata: { name: 'web-1', uid: 's' },
  endpoints: names.map((name) => ({ targetRef: { kind: 'Pod', name }, conditions: { ready: true } })),
});
const service = (name: string, selector?: object) => ({
  metadata: { name },
  spec: selector === undefined ? {} : { selector },
});

const open: { server?: FakeApiServer; watch?: RolloutWatch } = {};
afterEach(async () => {
  await open.watch?.stop();
  await open.server?.stop();
});

async function begin(clockOffsetMs = 0) {
  const server = await fakeApiServer();
  open.server = server;
  server.put(deployments, deployment);
  server.put(pods, pod('old'));
  server.put(services, service('web', { app: 'web' }));
  server.put(slices, slice('old'));
  const events: RolloutEvent[] = [];
  const told = () => events.map((event) => `${event.kind === 'workload' ? 'web' : event.pod} ${event.what}`);
  open.watch = watchRollout({
    api: server.api,
    kind,
    namespace: 'shop',
    name: 'web',
    clockOffsetMs,
    tell: (event) => events.push(event),
  });
  const watched = await open.watch.ready;
  await expect.poll(() => [pods, slices, deployments].map(server.openWatches)).toEqual([1, 1, 1]);
  return { server, events, told, watched, before: told().length };
}

describe('the watch of a rollout', () => {
  it('tells the state that it finds and then every change', async () => {
    const { server, told, before } = await begin();
    expect(told().toSorted()).toEqual(
      ['old created', 'old ready', 'old ready', 'old started', 'web complete'].toSorted(),
    );
    server.put(pods, pod('new'));
    server.put(slices, slice('old', 'new'));
    server.remove(pods, pod('old'));
    await expect
      .poll(() => told().slice(before).toSorted())
      .toEqual(['new created', 'new ready', 'new ready', 'new started', 'old gone', 'old stopped'].toSorted());
  });

  it('goes on where it was when all connections end, and says nothing twice', async () => {
    const { server, told, before } = await begin();
    server.cut();
    server.put(pods, pod('new'));
    await expect.poll(() => told().slice(before)).toEqual(['new created', 'new started', 'new ready']);
  });

  it('finds out what it missed when the API server has forgotten the place', async () => {
    const { server, told, before } = await begin();
    server.endWatches();
    server.remove(pods, pod('old'));
    server.put(pods, pod('new'));
    server.compact();
    await expect
      .poll(() => told().slice(before), { timeout: 5000 })
      .toEqual(expect.arrayContaining(['old stopped', 'old gone', 'new created', 'new started', 'new ready']));
    expect(told().slice(before)).toHaveLength(5);
  });

  it('speaks in the time of the load', async () => {
    const { events } = await begin(3_600_000);
    const now = performance.timeOrigin + performance.now();
    for (const { atMs } of events) expect(Math.abs(atMs - now - 3_600_000)).toBeLessThan(5000);
  });

  it('names the Services before the pods', async () => {
    const { watched } = await begin();
    expect(watched.services).toEqual(['web']);
  });

  it('rejects when there is no such Deployment', async () => {
    const server = await fakeApiServer();
    open.server = server;
    const watch = watchRollout({ api: server.api, kind, namespace: 'shop', name: 'web', tell: () => undefined });
    await expect(watch.ready).rejects.toMatchObject({ code: 404 });
    await watch.stop();
  });

  it('rejects when it may not list the pods', async () => {
    const server = await fakeApiServer();
    open.server = server;
    server.put(deployments, deployment);
    server.serve(services, deployments);
    const watch = watchRollout({ api: server.api, kind, namespace: 'shop', name: 'web', tell: () => undefined });
    await expect(watch.ready).rejects.toThrow(/404/);
    await watch.stop();
  });
});

describe('what is asked for', () => {
  /** Every list is empty, and every watch silent. */
  function asked(found: readonly object[]) {
    const calls: Call[] = [];
    const api: Api = {
      json: async (call) => {
        calls.push(call);
        if (call.path.endsWith('/web')) return deployment as never;
        return { items: call.path === services ? found : [], metadata: { resourceVersion: '1' } } as never;
      },
      stream: ({ signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    };
    open.watch = watchRollout({ api, kind, namespace: 'shop', name: 'web', tell: () => undefined });
    return open.watch.ready.then((watched) => ({
      watched,
      queries: Object.fromEntries(calls.map(({ path, query }) => [path, query])),
    }));
  }

  it('is this Deployment, its pods, and the endpoints of every Service that selects them', async () => {
    const found = [
      service('web', { app: 'web' }),
      service('front', { tier: 'front', app: 'web' }),
      service('other', { app: 'api' }),
      service('none'),
      service('empty', {}),
    ];
    const { watched, queries } = await asked(found);
    expect(watched.services).toEqual(['web', 'front']);
    expect(queries[pods]).toMatchObject({ labelSelector: 'app=web' });
    expect(queries[deployments]).toMatchObject({ fieldSelector: 'metadata.name=web' });
    expect(queries[slices]).toMatchObject({ labelSelector: 'kubernetes.io/service-name in (web,front)' });
  });

  it('is no endpoint where no Service selects the pods', async () => {
    const { queries } = await asked([service('other', { app: 'api' })]);
    expect(queries[slices]).toBeUndefined();
    expect(queries[pods]).toBeDefined();
  });

  it('writes selectors as the API server reads them', () => {
    const matchExpressions = [
      { key: 'a', operator: 'In', values: ['1', '2'] },
      { key: 'b', operator: 'NotIn', values: ['3'] },
      { key: 'c', operator: 'Exists' },
      { key: 'd', operator: 'DoesNotExist' },
    ];
    expect(selectorText({ matchLabels: { app: 'web' }, matchExpressions })).toBe('app=web,a in (1,2),b notin (3),c,!d');
  });
});
