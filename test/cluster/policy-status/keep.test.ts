// The statuses of policies against a server that stores them: what is written, when, and what is not.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { leaseStore } from '../../../src/cluster/leader/lease.ts';
import { keepPolicyStatus, type StatusEvent } from '../../../src/cluster/policy-status/keep.ts';
import type { PolicyDocument } from '../../../src/policy/policy.ts';
import { readPolicy } from '../../../src/policy/validation/validate.ts';
import type { Json } from '../../../src/workload/json.ts';
import type { Namespace } from '../../../src/workload/kubernetes.ts';
import { type StoredObjects, storedObjects } from '../../support/stored-objects.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of any shape are the subject here
type Any = any;

const group = '/apis/hitless.dev/v1alpha1';
const platform = `${group}/clusterrolloutpolicies/platform`;
const team = `${group}/namespaces/shop/rolloutpolicies/team`;
const deployment = (name: string, namespace = 'shop') => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function namespace(name: string, mode?: string): Namespace {
  return { name, labels: mode === undefined ? {} : { 'hitless.dev/mode': mode }, annotations: {} };
}

interface Kept {
  readonly at: StoredObjects;
  readonly events: StatusEvent[];
  /** The policies as the process knows them: those of the server when it was last called. */
  readonly learn: () => void;
  readonly stop: () => Promise<void>;
  readonly namespaces: Namespace[];
  /** Names of policies that the process leaves out. */
  readonly leftOut: Set<string>;
}

async function kept(prepare: (at: StoredObjects) => void): Promise<Kept> {
  const at = await storedObjects();
  ending.push(at.stop);
  at.put('/apis/coordination.k8s.io/v1/namespaces/hitless-system/leases/writer', {});
  prepare(at);
  let documents: readonly PolicyDocument[] = [];
  const events: StatusEvent[] = [];
  const stopped = new AbortController();
  const leftOut = new Set<string>();
  const namespaces = [namespace('shop', 'enforce'), namespace('dark'), namespace('hitless-system', 'enforce')];
  const read = () => {
    const stored = [platform, team].map((path) => [path, at.get(path)] as const).filter(([, one]) => one !== undefined);
    documents = stored.flatMap(([path, one]) => {
      const kind = path === platform ? 'ClusterRolloutPolicy' : 'RolloutPolicy';
      const { metadata, spec } = one;
      return readPolicy({ apiVersion: 'hitless.dev/v1alpha1', kind, metadata, spec } as Json).document ?? [];
    });
  };
  read();
  const { changed, ended } = keepPolicyStatus({
    api: at.api,
    store: leaseStore(at.api, { namespace: 'hitless-system', name: 'writer' }),
    identity: 'a',
    known: { namespaces: () => namespaces, policies: () => documents, leavesOut: (_, name) => leftOut.has(name) },
    ready: () => true,
    ownNamespace: 'hitless-system',
    cap: 'enforce',
    onEvent: (event) => void events.push(event),
    signal: stopped.signal,
    // No renewal is late on a machine that stands still for a moment, and no round is long.
    leaseTimings: { validMs: 60_000, stopMs: 50_000, everyMs: 50, refusedMs: 50, callMs: 20_000 },
    timings: { settleMs: 10, leastMs: 20, usualMs: 100, refusedMs: 100, restFactor: 0 },
  });
  const stop = async () => {
    stopped.abort();
    await ended;
  };
  ending.push(stop);
  const learn = () => {
    read();
    changed();
  };
  return { at, events, learn, stop, namespaces, leftOut };
}

function soon<T>(ask: () => T, wanted: T) {
  return expect.poll(ask, { timeout: 50_000, interval: 10 }).toEqual(wanted);
}

const conditionOf = (object: Any, type: string) =>
  object?.status?.conditions?.find((condition: Any) => condition.type === type);
const reasonOf = (at: StoredObjects, path: string, type = 'Effective') => conditionOf(at.get(path), type)?.reason;
const rounds = (events: readonly StatusEvent[]) => events.filter(({ kind }) => kind === 'written').length;
const writesTo = ({ written }: StoredObjects, path: string) =>
  written.filter((one) => one.path === `${path}/status`).length;

const sleepSpec = (seconds: number) => ({ spec: { preStopSleep: { seconds } } });

function cluster(at: StoredObjects) {
  at.put(platform, { spec: { preStopSleep: { seconds: 7 }, workloadSelector: { matchLabels: { app: 'web' } } } });
  at.put(team, sleepSpec(5));
  at.put(deployment('web'), { metadata: { labels: { app: 'web' } } });
  at.put(deployment('api'), { metadata: { labels: { app: 'api' } } });
  at.put(deployment('other', 'dark'), { metadata: { labels: { app: 'web' } } });
  at.put(deployment('hitless', 'hitless-system'), { metadata: { labels: { app: 'web' } } });
}

describe('the status of a policy', () => {
  it('says what it selects and whether it has an effect', async () => {
    const { at } = await kept(cluster);
    await soon(() => reasonOf(at, team), 'Enforced');
    const { status } = at.get(team);
    expect(status).toMatchObject({
      observedGeneration: 1,
      matchedNamespaces: 1,
      matchedWorkloads: 2,
      matched: [{ kind: 'Deployment', count: 2 }],
    });
    expect(conditionOf(at.get(team), 'Accepted')).toMatchObject({
      status: 'True',
      reason: 'Valid',
      observedGeneration: 1,
      lastTransitionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    // neither the namespace that is not opted in nor hitless's own counts
    expect(at.get(platform).status).toMatchObject({ matchedNamespaces: 1, matchedWorkloads: 1 });
    expect(conditionOf(at.get(platform), 'Effective')).toMatchObject({ status: 'False', reason: 'Overridden' });
    expect(at.asked).not.toContain('GET /apis/apps/v1/namespaces/dark/deployments');
  });

  it('is written once, and not because it was written', async () => {
    const { at, events } = await kept(cluster);
    await soon(() => rounds(events) > 3, true);
    expect([writesTo(at, platform), writesTo(at, team)]).toEqual([1, 1]);
    expect(events.filter((event) => event.kind === 'written' && event.count > 0)).toHaveLength(1);
  });

  it('follows workloads and namespaces, and keeps the time of a status that stays the same', async () => {
    const { at, namespaces } = await kept(cluster);
    await soon(() => reasonOf(at, team), 'Enforced');
    const accepted = conditionOf(at.get(team), 'Accepted');
    at.put(team, {
      ...at.get(team),
      status: {
        ...at.get(team).status,
        conditions: at
          .get(team)
          .status.conditions.map((one: Any) => ({ ...one, lastTransitionTime: '2020-01-01T00:00:00Z' })),
      },
    });
    at.put(deployment('more'), {});
    await soon(() => at.get(team).status.matchedWorkloads, 3);
    expect(conditionOf(at.get(team), 'Accepted')).toEqual({ ...accepted, lastTransitionTime: '2020-01-01T00:00:00Z' });
    namespaces.splice(0, 1, namespace('shop'));
    await soon(() => reasonOf(at, team), 'NoNamespaceOptedIn');
    expect(conditionOf(at.get(team), 'Effective').lastTransitionTime).not.toBe('2020-01-01T00:00:00Z');
    expect(conditionOf(at.get(team), 'Accepted').lastTransitionTime).toBe('2020-01-01T00:00:00Z');
  });

  it('names every mistake of one that the schema let through, and forgets the numbers of the version before', async () => {
    const { at, learn } = await kept(cluster);
    await soon(() => reasonOf(at, platform), 'Overridden');
    const wrong = { preStopSleep: { seconds: 4, minimumSeconds: 9 }, workloadSelector: { matchLabels: { '-': 'x' } } };
    at.put(platform, { ...at.get(platform), spec: wrong });
    learn();
    await soon(() => reasonOf(at, platform, 'Accepted'), 'Invalid');
    const { status } = at.get(platform);
    expect(Object.keys(status).toSorted()).toEqual(['conditions', 'observedGeneration']);
    expect(conditionOf({ status }, 'Accepted').message).toMatch(/matchLabels.*; spec.preStopSleep.minimumSeconds/);
    expect(conditionOf({ status }, 'Effective')).toMatchObject({ status: 'False', reason: 'NotAccepted' });
  });

  it('is not written for a version that this process does not use yet', async () => {
    const { at, events, learn } = await kept(cluster);
    await soon(() => reasonOf(at, team), 'Enforced');
    at.put(team, { ...at.get(team), ...sleepSpec(6) });
    const before = rounds(events);
    await soon(() => rounds(events) > before + 2, true);
    expect(at.get(team).status.observedGeneration).toBe(1);
    learn();
    await soon(() => at.get(team).status.observedGeneration, 2);
  });

  it('says of one that the process leaves out that there are too many', async () => {
    const left = `${group}/namespaces/shop/rolloutpolicies/zzz`;
    const { at, leftOut } = await kept((server) => {
      cluster(server);
      server.put(left, sleepSpec(5));
    });
    leftOut.add('zzz');
    await soon(() => reasonOf(at, left, 'Accepted'), 'LeftOut');
  });

  it('says nothing of policies that the watch has not brought yet, however long that takes', async () => {
    const late = [`${group}/namespaces/shop/rolloutpolicies/late`, `${group}/clusterrolloutpolicies/late`];
    const { at, events } = await kept((server) => {
      cluster(server);
      for (const path of late) server.put(path, sleepSpec(5));
    });
    await soon(() => rounds(events) > 4, true);
    expect(late.map((path) => at.get(path).status)).toEqual([undefined, undefined]);
    expect(reasonOf(at, team)).toBe('Enforced');
  });

  it.each([403, 422, 500])('of one that cannot be written, a %i, holds up no other and is named', async (code) => {
    const { at, events } = await kept((server) => {
      cluster(server);
      server.refuse(`PATCH ${platform}/status`, code);
    });
    await soon(() => reasonOf(at, team), 'Enforced');
    const named = `ClusterRolloutPolicy platform: ${code}: ${platform}/status is refused; the statuses of all other policies are written`;
    const reasons = () => events.flatMap((event) => (event.kind === 'unwritten' ? [event.reason] : []));
    await soon(() => reasons().length > 2, true);
    expect(new Set(reasons())).toEqual(new Set([named]));
  });

  it.each([
    [403, 'User "hitless" cannot patch resource "clusterrolloutpolicies/status"'],
    [429, 'too many requests'],
  ])('is not asked for again for each policy after a %i: %s', async (code, message) => {
    const { at, events } = await kept((server) => {
      cluster(server);
      server.refuse(`PATCH ${platform}/status`, code, message);
    });
    await soon(() => events.some(({ kind }) => kind === 'unwritten'), true);
    expect(writesTo(at, team)).toBe(0);
    expect(events.find(({ kind }) => kind === 'unwritten')).toMatchObject({ reason: expect.stringContaining(message) });
  });

  it('leaves alone what changed or went meanwhile, and conditions of others', async () => {
    const { at, events } = await kept((server) => {
      cluster(server);
      const ready = { type: 'Ready', status: 'True' };
      server.put(team, { ...sleepSpec(5), status: { conditions: [ready] } });
      server.refuse(`PATCH ${platform}/status`, 409);
    });
    await soon(() => reasonOf(at, team), 'Enforced');
    expect(conditionOf(at.get(team), 'Ready')).toEqual({ type: 'Ready', status: 'True' });
    at.refuse(`PATCH ${platform}/status`);
    await soon(() => reasonOf(at, platform), 'Overridden');
    expect(events.some(({ kind }) => kind === 'unwritten')).toBe(false);
  });

  it.each([
    [403, `PATCH ${platform}/status`],
    [404, `PATCH ${platform}/status`],
    [403, 'GET /apis/apps/v1/namespaces/shop/deployments'],
    [500, 'GET /apis/apps/v1/namespaces/shop/deployments'],
  ])('is retried after a %i to %s, which is told', async (code, what) => {
    const { at, events } = await kept((server) => {
      cluster(server);
      server.refuse(what, code);
    });
    await soon(() => events.some(({ kind }) => kind === 'unwritten'), true);
    at.refuse(what);
    await soon(() => reasonOf(at, platform), 'Overridden');
  });

  it('is no longer written once the process ends', async () => {
    const { at, stop } = await kept(cluster);
    await soon(() => reasonOf(at, team), 'Enforced');
    await stop();
    const { length } = at.asked;
    await sleep(200);
    expect(at.asked).toHaveLength(length);
    const lease = at.get('/apis/coordination.k8s.io/v1/namespaces/hitless-system/leases/writer');
    expect(lease.spec.holderIdentity).toBe('');
  });
});
