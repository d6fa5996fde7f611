// One of several candidates leads, another one follows when it ends, dies or is cut off, and never two at once.

import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { elect, type LeaderEvent, type LeaseTimings } from '../../../src/cluster/leader/elect.ts';
import { leaseStore } from '../../../src/cluster/leader/lease.ts';
import { type StoredObjects, storedObjects } from '../../support/stored-objects.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/here/leases/writer';
// Where a test waits for no end of a Lease there is none, also on a machine that stands still for a moment.
const usual: LeaseTimings = { validMs: 60_000, stopMs: 50_000, everyMs: 50, refusedMs: 50, callMs: 20_000 };

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function server(): Promise<StoredObjects> {
  const made = await storedObjects();
  ending.push(made.stop);
  return made;
}

/** Who leads now, in order. */
interface Crowd {
  readonly leading: string[];
  most: number;
}

function candidate(at: StoredObjects, identity: string, crowd: Crowd, timings = usual) {
  const stopped = new AbortController();
  const events: LeaderEvent[] = [];
  const lead = async (signal: AbortSignal) => {
    crowd.leading.push(identity);
    crowd.most = Math.max(crowd.most, crowd.leading.length);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    crowd.leading.splice(crowd.leading.indexOf(identity), 1);
  };
  const store = leaseStore(at.api, { namespace: 'here', name: 'writer' });
  const { signal } = stopped;
  const ended = elect({ store, identity, lead, onEvent: (event) => void events.push(event), signal, timings });
  const stop = async () => {
    stopped.abort();
    await ended;
  };
  ending.push(stop);
  return { identity, events, stop };
}

function soon<T>(ask: () => T, wanted: T) {
  return expect.poll(ask, { timeout: 50_000, interval: 10 }).toEqual(wanted);
}

const crowd = (): Crowd => ({ leading: [], most: 0 });

describe('candidates for a Lease', () => {
  it('one leads, and the next one at once when it ends', async () => {
    const at = await server();
    at.put(path, { metadata: { labels: { by: 'chart' } } });
    const all = crowd();
    const candidates = ['a', 'b', 'c'].map((identity) => candidate(at, identity, all));
    await soon(() => all.leading.length, 1);
    await sleep(300);
    const [first] = all.leading;
    await candidates.find(({ identity }) => identity === first)?.stop();
    expect(at.get(path).spec.holderIdentity).not.toBe(first);
    await soon(() => all.leading.length, 1);
    expect(all.leading).not.toEqual([first]);
    expect(all.most).toBe(1);
    const { metadata, spec } = at.get(path);
    expect(metadata.labels).toEqual({ by: 'chart' });
    expect(spec).toMatchObject({ holderIdentity: all.leading[0], leaseDurationSeconds: 60, leaseTransitions: 2 });
    expect(spec.renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('takes over a Lease that says to be valid for decades, and is not renewed', async () => {
    const at = await server();
    at.put(path, { spec: { holderIdentity: 'dead', leaseDurationSeconds: 2_000_000_000 } });
    const all = crowd();
    // Its own end of the Lease is not reached: it is renewed.
    candidate(at, 'a', all, { ...usual, validMs: 200 });
    await soon(() => all.leading.length, 1);
  });

  it('takes over from one that no longer renews, when the Lease has run out on its own clock', async () => {
    const at = await server();
    // held in the far future of another clock
    at.put(path, {
      spec: { holderIdentity: 'dead', leaseDurationSeconds: 1, renewTime: '2999-01-01T00:00:00.000000Z' },
    });
    const all = crowd();
    const began = performance.now();
    candidate(at, 'a', all);
    await soon(() => all.leading, ['a']);
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it('stops before another one can take over when it cannot renew, and begins again later', async () => {
    const at = await server();
    at.put(path, {});
    const all = crowd();
    const { events } = candidate(at, 'a', all, { ...usual, validMs: 6_000, stopMs: 5_000, callMs: 2_000 });
    await soon(() => all.leading, ['a']);
    at.refuse(`PATCH ${path}`, 500);
    await soon(() => all.leading, []);
    expect(at.get(path).spec.holderIdentity).toBe('a');
    const failed = { kind: 'failed', reason: `500: ${path} is refused` };
    await soon(() => events.some((event) => isDeepStrictEqual(event, failed)), true);
    at.refuse(`PATCH ${path}`);
    await soon(() => all.leading, ['a']);
    // Once each, unless the machine stood still for seconds.
    const turns = events.map(({ kind }) => kind).filter((kind) => kind !== 'failed');
    expect(turns.length).toBeGreaterThanOrEqual(3);
    expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'leading' : 'lost')));
  });

  it('releases a Lease that something else changed since the last renewal', async () => {
    const at = await server();
    at.put(path, {});
    const all = crowd();
    const { stop } = candidate(at, 'a', all);
    await soon(() => all.leading, ['a']);
    const ended = stop();
    const { metadata, spec } = at.get(path);
    at.put(path, { metadata: { ...metadata, annotations: { seen: 'now' } }, spec });
    await ended;
    expect(at.get(path).spec.holderIdentity).toBe('');
  });

  it('gives way when another one has written its name', async () => {
    const at = await server();
    at.put(path, {});
    const all = crowd();
    candidate(at, 'a', all);
    await soon(() => all.leading, ['a']);
    at.put(path, { spec: { holderIdentity: 'b', leaseDurationSeconds: 3600 } });
    await soon(() => all.leading, []);
  });

  it('keeps it when something else changes the Lease', async () => {
    const at = await server();
    at.put(path, {});
    const all = crowd();
    const { events } = candidate(at, 'a', all);
    await soon(() => all.leading, ['a']);
    for (let i = 0; i < 5; i += 1) {
      const { metadata, spec } = at.get(path);
      at.put(path, { metadata: { ...metadata, annotations: { seen: `${i}` } }, spec });
      await sleep(60);
    }
    expect(events).toEqual([{ kind: 'leading' }]);
  });

  it('makes the Lease where it is missing and that is allowed, and says so where it is not', async () => {
    const at = await server();
    at.refuse('POST /apis/coordination.k8s.io/v1/namespaces/here/leases', 403);
    const all = crowd();
    const { events } = candidate(at, 'a', all);
    await soon(() => events.length > 1, true);
    expect(events[0]).toEqual({
      kind: 'failed',
      reason:
        'the Lease here/writer does not exist and cannot be created: 403: /apis/coordination.k8s.io/v1/namespaces/here/leases is refused',
    });
    at.refuse('POST /apis/coordination.k8s.io/v1/namespaces/here/leases');
    await soon(() => all.leading, ['a']);
  });

  it('ends at once, whatever the API server does', async () => {
    const at = await server();
    at.refuse(`GET ${path}`, 403);
    const { events, stop } = candidate(at, 'a', crowd());
    await soon(() => events.length > 0, true);
    await stop();
    expect(events.every(({ kind }) => kind === 'failed')).toBe(true);
  });
});
