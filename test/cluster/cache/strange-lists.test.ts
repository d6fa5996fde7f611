// Lists and watches as no API server should send them, or only on a bad day: what is known stays whole.

import { afterEach, expect, test } from 'vitest';
import { type ClusterEvent, watchCluster } from '../../../src/cluster/cache/cluster-cache.ts';
import { resources } from '../../../src/cluster/cache/kinds.ts';
import { expire, type FakeApiServer, fakeApiServer, quickTimings, refuse } from '../../support/fake-api-server.ts';

const { path } = resources.Service;
const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const named = (index: number) => `s${1000 + index}`;
const service = (name: string, port = 80, rest: object = {}) => ({
  metadata: { name, namespace: 'shop', ...rest },
  spec: { selector: { app: name }, ports: [{ port }] },
});

async function ready(count: number) {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  server.serve(...Object.values(resources).map((one) => one.path));
  for (let index = 0; index < count; index += 1) server.put(path, service(named(index)));
  const reports: ClusterEvent[] = [];
  const cache = watchCluster({ api: server.api, report: (one) => void reports.push(one), timings: quickTimings });
  ending.push(cache.stop);
  await soon(() => cache.unready(), []);
  await soon(() => server.openWatches(path), 1);
  const services = () => cache.current().servicesIn('shop');
  const ports = () => services().map(({ ports }) => ports[0]?.port);
  return { server, cache, services, ports, reports };
}

function soon<T>(ask: () => T, wanted: T) {
  return expect.poll(ask, { timeout: 5000, interval: 5 }).toEqual(wanted);
}

/** The watch is over, and its place no longer known. */
function expireWatches(server: FakeApiServer): void {
  const object = { kind: 'Status', code: 410, message: 'too old resource version' };
  server.say(path, `${JSON.stringify({ type: 'ERROR', object })}\n`);
}

const lists = ({ seen }: FakeApiServer) =>
  seen.filter((one) => one.path === path && !one.watch && one.next === '').length;

test('pages that expire during a new list: it begins anew, and until it is complete nothing changes', async () => {
  const { server, services, ports } = await ready(150);
  const before = services();
  let attempts = 0;
  const during: (readonly unknown[])[] = [];
  server.next(path, (_, response) => {
    const items = Array.from({ length: 100 }, (_, index) => service(named(index), 81));
    response.end(JSON.stringify({ metadata: { resourceVersion: '7', continue: '100@7' }, items }));
    server.next(path, (_request, second) => {
      attempts += 1;
      during.push(services());
      expire(second, '100@-1');
    });
  });
  expireWatches(server);
  await expect.poll(() => attempts, { timeout: 5000 }).toBe(1);
  await soon(() => server.openWatches(path), 1);
  expect(lists(server)).toBe(3);
  expect(during.every((one) => one === before)).toBe(true);
  expect(services()).toBe(before);
  expect(new Set(ports())).toEqual(new Set([80]));
});

test('a new list that fails half-way is tried again, and the old state stays whole meanwhile', async () => {
  const { server, services, cache } = await ready(150);
  const before = services();
  server.next(path, (_, response) => {
    server.next(path, (_request, second) => refuse(second, 500, 'etcd is away'));
    const items = [service('other')];
    response.end(JSON.stringify({ metadata: { resourceVersion: '7', continue: '1@7' }, items }));
  });
  expireWatches(server);
  await expect.poll(() => lists(server), { timeout: 5000 }).toBeGreaterThan(2);
  await soon(() => server.openWatches(path), 1);
  expect(services()).toBe(before);
  expect(cache.counts().Service).toBe(150);
  server.put(path, service(named(3), 99));
  await soon(() => services()[3]?.ports[0]?.port, 99);
});

test('a watch that expires while the list is read: it is listed once more', async () => {
  const { server, services } = await ready(3);
  server.next(path, (_, response) => {
    // What happens meanwhile is in no watch from this list on.
    const items = [service(named(0)), service(named(1)), service(named(2))];
    response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
    server.put(path, service(named(7)));
    server.compact();
  });
  expireWatches(server);
  await soon(() => services().map(({ name }) => name), [0, 1, 2, 7].map(named));
});

test('an object without a name is a mistake that is told, and the others count', async () => {
  const { server, services, reports, cache } = await ready(2);
  server.next(path, (_, response) => {
    const nameless = [{ metadata: { namespace: 'shop' } }, { metadata: {} }, {}, { metadata: 7 }, 'text', null];
    const items = [service('a'), ...nameless, service('b')];
    // The newest: a watch from an older one tells of the second Service again, rightly.
    response.end(JSON.stringify({ metadata: { resourceVersion: '3' }, items }));
  });
  expireWatches(server);
  await soon(() => services().map(({ name }) => name), ['a', 'b']);
  expect(cache.mistakes()).toBeGreaterThan(0);
  const told = reports.filter(({ kind }) => kind === 'mistake');
  expect(JSON.stringify(told)).toContain('metadata.name: is missing');
});

test('a label of a megabyte is not kept, and one that is read makes its object too large', async () => {
  const { server, services, cache, reports } = await ready(1);
  const long = 'x'.repeat(1_000_000);
  server.put(path, service('labelled', 80, { labels: { app: long }, annotations: { note: long } }));
  server.put(path, { ...service('selecting'), spec: { selector: { app: long }, ports: [] } });
  server.put(resources.Namespace.path, { metadata: { name: 'shop', labels: { team: long } } });
  await soon(() => services().map(({ name }) => name), ['labelled', named(0)]);
  await soon(() => cache.mistakes(), 2);
  expect(JSON.stringify(services())).not.toContain('xxxx');
  const ids = reports.flatMap((one) => (one.kind === 'left-out' ? [one.id] : []));
  expect(ids.toSorted()).toEqual(['Namespace shop', 'Service shop/selecting']);
});

test('an object that is twice on one page counts once, as it came last', async () => {
  const { server, ports, cache } = await ready(1);
  server.next(path, (_, response) => {
    const items = [service('a', 81), service('b', 82), service('a', 83)];
    response.end(JSON.stringify({ metadata: { resourceVersion: '2' }, items }));
  });
  expireWatches(server);
  await soon(ports, [83, 82]);
  expect(cache.counts().Service).toBe(2);
});

test('an empty page with a place to continue is followed by the rest', async () => {
  const { server, services } = await ready(120);
  server.next(path, (_, response) => {
    response.end(JSON.stringify({ metadata: { resourceVersion: '2', continue: '0@999999' }, items: [] }));
  });
  server.put(path, service(named(120)));
  await soon(() => services().length, 121);
  const before = services();
  expireWatches(server);
  await expect.poll(() => lists(server), { timeout: 5000 }).toBe(2);
  await soon(() => server.openWatches(path), 1);
  expect(services()).toBe(before);
});

test('bookmarks change nothing but the place from which the watch goes on', async () => {
  const { server, services } = await ready(5);
  const before = services();
  for (let round = 0; round < 20; round += 1) server.bookmark(path);
  server.put(path, service('new'));
  await soon(() => services().length, 6);
  expect(before).toHaveLength(5);
  server.compact();
  server.bookmark(path);
  server.put(resources.Namespace.path, { metadata: { name: 'mark' } });
  await soon(() => services().length, 6);
  server.endWatches();
  await soon(() => server.openWatches(path), 1);
  expect(lists(server)).toBe(1);
});
