// One kind of object followed through every trouble that an API server and a network can make, over real sockets.

import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type ReflectorState, reflect, type Timings } from '../../../src/cluster/cache/reflector.ts';
import type { Sink } from '../../../src/cluster/cache/watch-events.ts';
import type { Api } from '../../../src/cluster/client/api.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { type FakeApiServer, fakeApiServer, refuse } from '../../support/fake-api-server.ts';
import { eventually } from '../../support/pair.ts';

const path = '/api/v1/namespaces';
const quick: Timings = {
  firstMs: 10,
  mostMs: 100,
  absentMs: 100,
  optionalMs: 100,
  // The tests about silence have their own: a machine that stands still for a moment is none.
  silenceMs: 60_000,
  watchSeconds: 300,
  goodMs: 50,
  relistMs: 200,
};

/** Pauses that no test waits for. */
const never = { firstMs: 600_000, mostMs: 600_000 };

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface Following {
  readonly server: FakeApiServer;
  /** Names with what stands in their field `say`. */
  readonly holds: () => Record<string, unknown>;
  readonly states: ReflectorState[];
  readonly stop: () => Promise<void>;
  readonly lists: () => number;
  readonly watchedFrom: () => string[];
  /** How many watches the client had at the same time, at most. The server sees the end of a connection later than that. */
  readonly mostWatches: () => number;
}

async function given(
  prepare: (server: FakeApiServer) => void = (server) => server.serve(path),
): Promise<FakeApiServer> {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  prepare(server);
  return server;
}

function follow(server: FakeApiServer, timings: Partial<Timings> = {}, pageSize = 2): Following {
  const objects = new Map<string, unknown>();
  const states: ReflectorState[] = [];
  const controller = new AbortController();
  const nameOf = ({ metadata }: JsonObject) => String((metadata as JsonObject).name);
  const sink: Sink = {
    put: (object) => void objects.set(nameOf(object), object.say),
    remove: (object) => void objects.delete(nameOf(object)),
    stage: () => {
      const staged = new Map<string, unknown>();
      return {
        add: (object) => void staged.set(nameOf(object), object.say),
        commit: () => {
          objects.clear();
          for (const [name, say] of staged) objects.set(name, say);
        },
      };
    },
  };
  const counted = countingStreams(server.api);
  const done = reflect({
    api: counted.api,
    resource: { path, pageSize },
    sink,
    tell: (state) => void states.push(state),
    signal: controller.signal,
    timings: { ...quick, ...timings },
  });
  const stop = async () => {
    controller.abort();
    await done;
  };
  ending.push(stop);
  return {
    server,
    states,
    stop,
    holds: () => Object.fromEntries(objects),
    lists: () => server.seen.filter(({ watch, next }) => !watch && next === '').length,
    watchedFrom: () => server.seen.filter(({ watch }) => watch).map(({ version }) => version),
    mostWatches: counted.most,
  };
}

/** A stream counts from the moment it is asked for until it is refused, has ended, or the loop over it was left. */
function countingStreams(api: Api): { readonly api: Api; readonly most: () => number } {
  let open = 0;
  let most = 0;
  async function* until(lines: AsyncIterable<string>) {
    try {
      yield* lines;
    } finally {
      open -= 1;
    }
  }
  const stream: Api['stream'] = async (call) => {
    open += 1;
    most = Math.max(most, open);
    try {
      return until(await api.stream(call));
    } catch (error) {
      open -= 1;
      throw error;
    }
  };
  return { api: { ...api, stream }, most: () => most };
}

const named = (name: string, say = 'hello') => ({ metadata: { name }, say });
const soon = <T>(ask: () => T) => expect.poll(ask, { timeout: 30_000, interval: 5 });
const has = (following: Following, wanted: Record<string, unknown>) => soon(following.holds).toEqual(wanted);
const open = (following: Following) => soon(() => following.server.openWatches(path)).toBe(1);
/** Until the watch has lasted long enough to be a good one, by the clock of the client. */
const openForAWhile = async (following: Following) => {
  await soon(() => following.states.at(-1)?.kind).toBe('open');
  await sleep(quick.goodMs + 30);
};

/** A bookmark every 50 milliseconds for so long; gives the longest time without one. */
async function bookmarked({ server }: Following, forMs: number): Promise<number> {
  const times = [performance.now()];
  const [began = 0] = times;
  while (performance.now() - began < forMs) {
    await sleep(50);
    server.bookmark(path);
    times.push(performance.now());
  }
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
}

describe('the first list', () => {
  test('is read in pages, and nothing of it counts before the last one', async () => {
    const server = await given((fake) => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) fake.put(path, named(name));
    });
    let release = () => {};
    const following = follow(server);
    server.next(path, (_request, response) => {
      release = () =>
        response.end(
          JSON.stringify({ metadata: { resourceVersion: '6', continue: '2@6' }, items: [named('a'), named('b')] }),
        );
    });
    await soon(() => server.seen.length).toBeGreaterThan(0);
    expect(following.holds()).toEqual({});
    release();
    await has(following, { a: 'hello', b: 'hello', c: 'hello', d: 'hello', e: 'hello' });
    expect(server.seen.filter(({ watch }) => !watch).map(({ next }) => next)).toEqual(['', '2@6', '4@6']);
  });

  test('begins anew when its pages have expired', async () => {
    const server = await given((fake) => {
      for (const name of ['a', 'b', 'c']) fake.put(path, named(name));
    });
    server.next(path, (_request, response) => {
      response.end(JSON.stringify({ metadata: { resourceVersion: '1', continue: '2@1' }, items: [named('old')] }));
      server.compact();
    });
    await has(follow(server), { a: 'hello', b: 'hello', c: 'hello' });
  });

  test('of pages that never end is given up and tried again', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    for (let page = 0; page < 2; page += 1)
      server.next(path, (_request, response) =>
        response.end(JSON.stringify({ metadata: { resourceVersion: '1', continue: 'same' }, items: [] })),
      );
    const following = follow(server);
    await has(following, { a: 'hello' });
    expect(following.states[0]).toMatchObject({ kind: 'lost', reason: `the pages of ${path} do not end` });
  });

  test.each([
    ['no JSON', '<html>welcome</html>', /did not return a JSON object: "<html>/],
    ['no object', '[]', /did not return a JSON object/],
    ['no list', '{"kind":"Pod","metadata":{}}', /did not return a list/],
    ['a list without a version', '{"items":[],"metadata":{}}', /did not return a list/],
  ])('that is %s is told and tried again', async (_what, text, reason) => {
    const server = await given((fake) => fake.put(path, named('a')));
    server.next(path, (_request, response) => response.end(text));
    const following = follow(server);
    await has(following, { a: 'hello' });
    expect(following.states[0]).toMatchObject({ kind: 'lost', reason: expect.stringMatching(reason) });
  });

  test('that is refused says why, and comes as soon as the rights are there', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const sentence = 'namespaces is forbidden: User "system:serviceaccount:x:y" cannot list resource';
    for (let time = 0; time < 3; time += 1) server.next(path, (_request, response) => refuse(response, 403, sentence));
    const following = follow(server);
    await has(following, { a: 'hello' });
    expect(following.states.slice(0, 3)).toEqual(
      Array.from({ length: 3 }, () => ({ kind: 'lost', reason: `403: ${sentence}`, silentMs: 0 })),
    );
  });

  test('is asked for again no sooner than the API server wants', async () => {
    const server = await given();
    server.next(path, (_request, response) => refuse(response, 429, 'too many requests', { 'retry-after': '1' }));
    const following = follow(server, { mostMs: 300 });
    await open(following);
    const [first, second] = server.seen;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(295);
  });
});

describe('a watch', () => {
  test('goes on where the list ended, and tells of what is new, changed and gone', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server);
    await open(following);
    server.put(path, named('b'));
    server.put(path, named('a', 'changed'));
    await has(following, { a: 'changed', b: 'hello' });
    server.remove(path, named('b'));
    await has(following, { a: 'changed' });
    expect(following.watchedFrom()).toEqual(['2']);
    expect(following.lists()).toBe(1);
  });

  test('that was cut goes on where it was: nothing is listed again, nothing is missed', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server);
    await open(following);
    server.put(path, named('b'));
    await has(following, { a: 'hello', b: 'hello' });
    server.cut();
    server.put(path, named('c'));
    server.remove(path, named('a'));
    await has(following, { b: 'hello', c: 'hello' });
    expect(following.lists()).toBe(1);
    expect(following.watchedFrom()).toEqual(['2', '3']);
  });

  test('remembers the place of a bookmark, which is still known when older ones are not', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server);
    await open(following);
    server.bookmark(path);
    // Several turns of the event loop: in the first one a timer may be late and come before the bookmark.
    for (let turn = 0; turn < 5; turn += 1) await sleep(10);
    server.compact();
    server.cut();
    server.put(path, named('b'));
    await has(following, { a: 'hello', b: 'hello' });
    expect(following.lists()).toBe(1);
  });

  test('whose place is no longer known (410) begins with a new list, and what went in between is gone', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server);
    await open(following);
    await server.stop();
    server.remove(path, named('a'));
    server.put(path, named('b'));
    server.compact();
    await server.start();
    await has(following, { b: 'hello' });
    expect(following.lists()).toBe(2);
    expect(following.states).toContainEqual({
      kind: 'lost',
      reason: 'the watch broke off: too old resource version',
      silentMs: 0,
    });
  });

  test('that is refused with 410 begins with a new list as well', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    server.next(path, (_request, response) => refuse(response, 410, 'Expired'), { watch: true });
    const following = follow(server);
    await open(following);
    expect(following.lists()).toBe(2);
  });

  test('whose place was forgotten during an outage lists at once, not after one more pause', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server, never);
    await openForAWhile(following);
    server.next(path, (_request, response) => refuse(response, 410, 'Expired'), { watch: true });
    server.endWatches();
    await soon(following.lists).toBe(2);
    await open(following);
  });

  test('that is refused for another reason is asked for again, without a new list', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    for (const code of [403, 500, 503])
      server.next(path, (_request, response) => refuse(response, code, 'no'), { watch: true });
    const following = follow(server);
    await open(following);
    expect(following.lists()).toBe(1);
  });

  test('on a connection that only looks open is given up, and the silence is told', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    server.next(path, (_request, response) => response.writeHead(200).flushHeaders(), { watch: true });
    const following = follow(server, { silenceMs: 2000 });
    await open(following);
    server.put(path, named('b'));
    await has(following, { a: 'hello', b: 'hello' });
    const lost = following.states.find(({ kind }) => kind === 'lost');
    expect(lost).toMatchObject({ reason: 'no data for 2 s' });
    // On a busy machine the last data is read late.
    expect((lost as { silentMs: number }).silentMs).toBeGreaterThan(50);
    expect(following.lists()).toBe(1);
  });

  test('lives as long as bookmarks come', async () => {
    const silenceMs = 1000;
    let watches = 0;
    let longestMs = 0;
    // A machine that stands still is silence too: then it says nothing about bookmarks, and all begins anew.
    do {
      const following = follow(await given(), { silenceMs });
      await open(following);
      longestMs = await bookmarked(following, 2 * silenceMs);
      watches = following.watchedFrom().length;
    } while (longestMs > silenceMs / 2);
    expect(watches).toBe(1);
  });

  test.each([
    '{"type":"ADDED","object":{"metad\n',
    'garbage\n',
    '[]\n',
    '{"type":"ADDED"}\n',
    '{"type":"ADDED","object":[]}\n',
  ])('that says %j goes on after the last good event', async (text) => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server);
    await open(following);
    server.put(path, named('b'));
    await has(following, { a: 'hello', b: 'hello' });
    server.say(path, text);
    await soon(following.watchedFrom).toEqual(['2', '3']);
    server.put(path, named('c'));
    await has(following, { a: 'hello', b: 'hello', c: 'hello' });
    expect(following.lists()).toBe(1);
  });

  test('takes events that come in pieces, many at once, and with letters of several bytes', async () => {
    const server = await given();
    const following = follow(server);
    await open(following);
    const events = ['ä', '漢字', '🙂'].map((say, index) =>
      JSON.stringify({
        type: 'ADDED',
        object: { ...named(`n${index}`, say), metadata: { name: `n${index}`, resourceVersion: '9' } },
      }),
    );
    const bytes = Buffer.from(`${events.join('\n')}\n`);
    for (let at = 0; at < bytes.length; at += 7) {
      server.say(path, bytes.subarray(at, at + 7) as unknown as string);
      if (at % 5 === 0) await sleep(1);
    }
    await has(following, { n0: 'ä', n1: '漢字', n2: '🙂' });
  });

  test('that ends at once again and again is no hot loop', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    for (let time = 0; time < 1000; time += 1)
      server.next(path, (_request, response) => response.writeHead(200).end(), { watch: true });
    // None of them is a good one, however late its end is noticed.
    const following = follow(server, { firstMs: 20, mostMs: 200, goodMs: 600_000 });
    await soon(() => following.watchedFrom().length).toBeGreaterThanOrEqual(10);
    const times = server.seen.filter(({ watch }) => watch).map(({ at }) => at);
    // 20, 40, 80, 160, and 200 milliseconds from then on, or half of that.
    expect((times[9] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(640);
    expect(following.lists()).toBe(1);
  });

  test('and a list that fail by turns are no hot loop either', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    for (let time = 0; time < 1000; time += 1)
      server.next(path, (_request, response) => refuse(response, 410, 'Expired'), { watch: true });
    const following = follow(server, { firstMs: 20, mostMs: 200 });
    await sleep(1000);
    expect(following.lists()).toBeLessThan(16);
  });

  test('that the API server ends in order after a while is opened again at once', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server, never);
    await openForAWhile(following);
    server.endWatches();
    await soon(following.watchedFrom).toEqual(['2', '2']);
    await open(following);
  });
});

describe('a kind that does not exist', () => {
  test('is told, asked for now and then, and listed when it appears', async () => {
    const server = await given(() => {});
    const following = follow(server);
    await soon(() => following.states.at(-1)).toEqual({ kind: 'absent' });
    await sleep(300);
    expect(server.seen.length).toBeLessThan(9);
    server.put(path, named('a'));
    await has(following, { a: 'hello' });
  });

  test('and existed before takes its objects along', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server);
    await has(following, { a: 'hello' });
    await open(following);
    server.unserve(path);
    await has(following, {});
    expect(following.states.at(-1)).toEqual({ kind: 'absent' });
  });

  test('but is back at the second question was only starting: nothing is lost', async () => {
    const server = await given((fake) => fake.put(path, named('a')));
    const following = follow(server);
    await has(following, { a: 'hello' });
    await open(following);
    server.next(path, (_request, response) => refuse(response, 404, 'not yet'), { watch: true });
    server.next(path, (_request, response) => refuse(response, 404, 'not yet'));
    server.cut();
    const kept: unknown[] = [];
    for (let time = 0; time < 20; time += 1) {
      kept.push(following.holds());
      await sleep(10);
    }
    await open(following);
    expect(kept.every((holds) => 'a' in (holds as object))).toBe(true);
    expect(following.states.some(({ kind }) => kind === 'absent')).toBe(false);
  });
});

test('an API server that is away is waited for, and followed again from where it was', async () => {
  const server = await given((fake) => fake.put(path, named('a')));
  const following = follow(server);
  await open(following);
  await server.stop();
  const refused = { kind: 'lost', reason: expect.stringContaining('ECONNREFUSED') };
  await soon(() => following.states.at(-1)).toMatchObject(refused);
  expect(following.holds()).toEqual({ a: 'hello' });
  server.put(path, named('b'));
  await server.start();
  await has(following, { a: 'hello', b: 'hello' });
  expect(following.states.at(-1)).toEqual({ kind: 'open' });
  expect(following.lists()).toBe(1);
});

test('stopping closes the connection and asks nothing more', async () => {
  const server = await given((fake) => fake.put(path, named('a')));
  const following = follow(server);
  await open(following);
  await following.stop();
  await soon(() => server.openWatches(path)).toBe(0);
  const count = server.seen.length;
  const told = following.states.length;
  await sleep(200);
  expect(server.seen).toHaveLength(count);
  expect(following.states).toHaveLength(told);
});

test('whatever happens in whatever order, in the end the API server is followed, by one watch at a time', async () => {
  const trouble = fc.constantFrom('put', 'remove', 'cut', 'end', 'compact', 'bookmark', 'garbage', 'refuse', 'silence');
  const step = fc.record({
    trouble,
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    pauseMs: fc.constantFrom(0, 0, 1, 5, 20),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const server = await given((fake) => fake.put(path, named('a')));
      const following = follow(server, { silenceMs: 150 });
      const truth: Record<string, string> = { a: 'hello' };
      for (const [index, { trouble, name, pauseMs }] of steps.entries()) {
        if (trouble === 'put') {
          truth[name] = `${index}`;
          server.put(path, named(name, truth[name]));
        }
        if (trouble === 'remove') {
          delete truth[name];
          server.remove(path, named(name));
        }
        if (trouble === 'cut') server.cut();
        if (trouble === 'end') server.endWatches();
        if (trouble === 'compact') server.compact();
        if (trouble === 'bookmark') server.bookmark(path);
        if (trouble === 'garbage') server.say(path, '{"type":\n');
        if (trouble === 'refuse') server.next(path, (_request, response) => refuse(response, 500, 'etcd is away'));
        if (trouble === 'silence')
          server.next(path, (_request, response) => response.writeHead(200).flushHeaders(), { watch: true });
        if (pauseMs > 0) await sleep(pauseMs);
      }
      const settled = await eventually(
        async () => following.holds(),
        (holds) => JSON.stringify(Object.entries(holds).sort()) === JSON.stringify(Object.entries(truth).sort()),
      );
      expect(settled).toEqual(truth);
      await open(following);
      expect(following.mostWatches()).toBe(1);
      await following.stop();
      await server.stop();
    }),
    { numRuns: 25 },
  );
});
