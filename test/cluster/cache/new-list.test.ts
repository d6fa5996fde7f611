// A complete list over what is known already, as after an expired watch: what did not change stays the same objects, and a list that
// breaks off changes nothing.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBoundedObjects } from '../../../src/cluster/cache/bounded-objects.ts';
import { boundsOf } from '../../../src/cluster/cache/kinds.ts';
import { createLiveState } from '../../../src/cluster/cache/live-state.ts';
import { createSharing, interned } from '../../../src/cluster/cache/sharing.ts';
import type { StagedList } from '../../../src/cluster/cache/watch-events.ts';

const service = (name: string, namespace: string, port = 80) => ({
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ name: 'http', port }] },
});
const places = Array.from({ length: 300 }, (_, index) => `n${1000 + index}`);
const all = places.flatMap((place) => [service('api', place), service('web', place)]);

function filled() {
  const live = createLiveState(() => undefined, boundsOf(2 ** 28));
  const list = (objects: readonly ReturnType<typeof service>[]): StagedList => {
    const stage = live.sinks.Service.stage();
    // An API server sends new objects each time.
    for (const object of structuredClone(objects)) stage.add(object);
    return stage;
  };
  list(all).commit();
  const lists = () => places.map((place) => live.state.servicesIn(place));
  return { live, list, lists, put: (one: ReturnType<typeof service>) => live.sinks.Service.put(structuredClone(one)) };
}

describe('a new list', () => {
  test('of the same objects leaves every object and every list the same', () => {
    const { lists, list } = filled();
    const before = lists();
    list(all).commit();
    expect(lists().every((services, index) => services === before[index])).toBe(true);
  });

  test('in which one object changed makes another list of its namespace alone', () => {
    const { lists, list } = filled();
    const before = lists();
    list([service('api', places[0] ?? '', 81), ...all.slice(1)]).commit();
    const other = lists().flatMap((services, index) => (services === before[index] ? [] : [index]));
    expect(other).toEqual([0]);
    expect(lists()[0]?.[1]).toBe(before[0]?.[1]);
    expect(before[0]?.[0]?.ports[0]?.port).toBe(80);
  });

  test('that breaks off half-way changes nothing, and events afterwards count', () => {
    const { lists, list, put } = filled();
    const before = lists();
    const content = structuredClone(before);
    const changed = all.map(({ metadata }) => service(metadata.name, metadata.namespace, 82));
    list(changed.slice(0, 300));
    list(all.slice(0, 300));
    expect(lists().every((services, index) => services === before[index])).toBe(true);
    put(service('zoo', places[3] ?? ''));
    expect(lists()[3]?.map(({ name }) => name)).toEqual(['api', 'web', 'zoo']);
    expect(before).toEqual(content);
  });

  test('that is still coming does not change with events of what it shares', () => {
    const { lists, list, live } = filled();
    const stage = list(all);
    // No watch is open while a list is read; a sink need not rely on it.
    live.sinks.Service.remove(service('web', places[5] ?? ''));
    expect(lists()[5]).toHaveLength(1);
    stage.commit();
    expect(lists()[5]?.map(({ name }) => name)).toEqual(['api', 'web']);
  });

  test('after which objects come and go leaves those that were handed out as they are', () => {
    const { lists, list, put, live } = filled();
    list(all).commit();
    const before = lists();
    const content = structuredClone(before);
    for (const place of places.slice(0, 50)) {
      put(service('web', place, 90));
      put(service('new', place));
      live.sinks.Service.remove(service('api', place));
    }
    expect(before).toEqual(content);
    expect(lists()[0]?.map(({ name }) => name)).toEqual(['new', 'web']);
    expect(live.counts().Service).toBe(all.length);
  });

  test('with an object twice on one page holds the second one, once', () => {
    const { lists, list, live } = filled();
    const [first = service('api', '')] = all;
    list([first, { ...service('api', first.metadata.namespace, 99) }, ...all.slice(1)]).commit();
    expect(lists()[0]?.map(({ name, ports }) => [name, ports[0]?.port])).toEqual([
      ['api', 99],
      ['web', 80],
    ]);
    expect(live.counts().Service).toBe(all.length);
  });

  test('in another order, with namespaces that take turns, holds the same', () => {
    const { lists, list } = filled();
    const before = lists();
    const mixed = [...all.filter((_, index) => index % 2), ...all.filter((_, index) => index % 2 === 0)];
    list(mixed).commit();
    expect(lists()).toEqual(before);
  });
});

test('a staged list has the groups of unchanged namespaces from the list that it replaces, so it holds keys of them and no more', () => {
  const unbounded = { objects: Infinity, weight: Infinity, totalWeight: Infinity };
  const entries = new Map(all.map(({ metadata }) => [metadata, { name: metadata.name, value: metadata, weight: 1 }]));
  const former = createBoundedObjects<object>(unbounded, () => undefined);
  const staged = createBoundedObjects<object>(unbounded, () => undefined, former);
  for (const holding of [former, staged]) for (const [{ namespace }, entry] of entries) holding.put(namespace, entry);
  const same = places.filter((place) => staged.groups.get(place) === former.groups.get(place));
  // All but the last, of which more could come.
  expect(same).toEqual(places.slice(0, -1));
  expect(staged.counts()).toEqual(former.counts());
});

describe('whatever lists and events come', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const place = fc.constantFrom('x', 'y', 'z');
  const object = fc.record({ name, place, port: fc.constantFrom(80, 81) });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), object }),
    fc.record({ kind: fc.constant('remove' as const), object }),
    fc.record({
      kind: fc.constantFrom('list' as const, 'broken' as const),
      objects: fc.array(object, { maxLength: 9 }),
    }),
  );

  test('the state is that of the last ones, and lists that were handed out do not change', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { sinks, state } = createLiveState(() => undefined, boundsOf(2 ** 28));
        let wanted = new Map<string, number>();
        const handedOut: [readonly unknown[], unknown][] = [];
        for (const one of steps) {
          const keyOf = ({ name, place }: { name: string; place: string }) => `${place}/${name}`;
          if (one.kind === 'put') {
            sinks.Service.put(service(one.object.name, one.object.place, one.object.port));
            wanted.set(keyOf(one.object), one.object.port);
          } else if (one.kind === 'remove') {
            sinks.Service.remove(service(one.object.name, one.object.place));
            wanted.delete(keyOf(one.object));
          } else {
            const stage = sinks.Service.stage();
            for (const each of one.objects) stage.add(service(each.name, each.place, each.port));
            if (one.kind === 'list') stage.commit();
            if (one.kind === 'list') wanted = new Map(one.objects.map((each) => [keyOf(each), each.port]));
          }
          const lists = ['x', 'y', 'z'].map((where) => state.servicesIn(where));
          const found = lists.flat().map((each) => [`${each.namespace}/${each.name}`, each.ports[0]?.port]);
          expect(found).toEqual([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
          for (const each of lists) handedOut.push([each, structuredClone(each)]);
        }
        for (const [each, then] of handedOut) expect(each).toEqual(then);
      }),
      { numRuns: Number(process.env.HITLESS_TEST_RUNS ?? 200) },
    );
  });
});

describe('what many objects have alike', () => {
  test('is one object for all that hold it', () => {
    const { lists } = filled();
    expect(
      new Set(
        lists()
          .flat()
          .map(({ ports }) => ports),
      ).size,
    ).toBe(1);
  });

  test('counts once in the weight of all, and in full in that of each namespace', () => {
    const { share } = createSharing();
    const shared = share({ ports: 'x'.repeat(1000) });
    const bounds = { objects: Infinity, weight: 3 * shared.weight, totalWeight: 2 * shared.weight };
    const leftOut: string[] = [];
    const holding = createBoundedObjects<object>(bounds, (where) => void leftOut.push(where));
    for (const where of places) holding.put(where, { name: 'web', value: {}, weight: 1, shared });
    expect([holding.counts().values, leftOut]).toEqual([places.length, []]);
    for (const each of ['a', 'b', 'c']) holding.put('crowd', { name: each, value: {}, weight: 1, shared });
    expect([holding.groups.get('crowd')?.entries.length, leftOut]).toEqual([2, ['crowd']]);
  });

  test('weighs what it weighs again once each object has its own', () => {
    const { share } = createSharing();
    const values = Array.from({ length: 50 }, (_, index) => share({ ports: `${index}`.padEnd(1000, 'x') }));
    const [first] = values;
    const weight = 20 * (first?.weight ?? 0);
    const bounds = { objects: Infinity, weight, totalWeight: weight };
    const holding = createBoundedObjects<object>(bounds, () => undefined);
    for (const [index, shared] of values.entries())
      holding.put(`n${index}`, { name: 'web', value: {}, weight: 1, shared });
    expect(holding.counts().values).toBeLessThan(21);
  });

  test('is equal to what it was, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => interned(text) === text));
    for (const text of ['__proto__', 'constructor', '0', '-1', '4294967295', '']) expect(interned(text)).toBe(text);
  });
});
