// Sessions against an API server that a test plays, with a load of three requests in ten milliseconds.

import { afterEach, describe, expect, it } from 'vitest';
import { verifyRollouts } from '../../../src/measurement/verify/session.ts';
import {
  pollMs,
  type VerifyMeasurement,
  type VerifyProgress,
  type VerifySetup,
} from '../../../src/measurement/verify/setup.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';
import { type FakeApiServer, fakeApiServer } from '../../support/fake-api-server.ts';
import { pause } from '../../support/load.ts';
import { fakeLoad } from '../../support/verify/fake-load.ts';

const pods = '/api/v1/namespaces/shop/pods';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';

const deployment = (generation: number, status: object = {}) => ({
  metadata: { name: 'web', uid: 'd', generation },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { annotations: { n: `${generation}` } }, spec: { containers: [{ name: 'web' }] } },
  },
  status: { observedGeneration: generation, replicas: 1, updatedReplicas: 1, availableReplicas: 1, ...status },
});
const pod = (name: string, metadata: object = {}) => ({
  metadata: { name, uid: `uid-${name}`, ...metadata },
  spec: { containers: [{ name: 'web' }] },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ state: { running: {} }, restartCount: 0 }],
  },
});
const deleting = { deletionTimestamp: '2026-11-22T00:00:00Z' };

const ref = { kind, namespace: 'shop', name: 'web' };
const servers: FakeApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function session(changes: Partial<VerifySetup> = {}, load = fakeLoad(), found = deployment(1)) {
  const server = await fakeApiServer();
  servers.push(server);
  server.put(deployments, found);
  server.put(pods, pod('old'));
  server.serve('/api/v1/namespaces/shop/services');
  const told: VerifyProgress[] = [];
  const interrupt = new AbortController();
  const ended = verifyRollouts({
    api: server.api,
    ref,
    source: ref,
    load: { lanes: [{ lane: 'get-new', url: 'http://web/', rate: 300 }], timeoutMs: 100, retries: 0, connections: 1 },
    startLoad: load.startLoad,
    rollouts: 1,
    restart: false,
    waitMs: 5000,
    leadMs: 100,
    tailMs: 150,
    signal: interrupt.signal,
    onEvent: (progress) => told.push(progress),
    ...changes,
  });
  ended.catch(() => undefined);
  const kinds = () => told.map(({ kind }) => kind);
  const measured = (): readonly VerifyMeasurement[] =>
    told.flatMap((one) => (one.kind === 'measured' ? [one.measured] : []));
  return { server, told, kinds, measured, ended, interrupt, load };
}

/** The old pod leaves for a new one. */
async function roll(server: FakeApiServer, generation: number, name: string, before: string) {
  server.put(deployments, deployment(generation, { observedGeneration: generation - 1 }));
  server.put(pods, pod(name));
  server.put(pods, pod(before, deleting));
  server.put(deployments, deployment(generation));
  await new Promise((resolve) => setTimeout(resolve, 200));
  server.remove(pods, pod(before, deleting));
}

describe('a session', () => {
  it('waits for the next rollout and measures it from before until after its last old pod', async () => {
    const { server, kinds, measured, ended, load } = await session();
    await expect.poll(kinds).toContain('waiting');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await roll(server, 2, 'new', 'old');
    await ended;
    expect(kinds()).toEqual(['watching', 'waiting', 'begun', 'measured']);
    const [{ measurement, beganMs, ended: how } = {} as VerifyMeasurement] = measured();
    expect(how).toBe('complete');
    expect(beganMs - measurement.startedMs).toBeCloseTo(100, 0);
    const goneMs = measurement.events.find(({ what }) => what === 'gone')?.atMs ?? 0;
    // 150 ms; a timer of Node.js can fire up to 2 ms early.
    expect(measurement.endedMs - goneMs).toBeGreaterThan(140);
    const due = measurement.samples.map(({ dueMs }) => dueMs);
    // Within what comes before the change, and after the last old pod.
    expect(due[0]).toBeLessThan(beganMs);
    expect(due.at(-1)).toBeGreaterThan(goneMs);
    expect(load.state.stopped).toBeGreaterThan(0);
  });

  it('measures several, each by itself', async () => {
    const { server, kinds, measured, ended } = await session({ rollouts: 2 });
    await expect.poll(kinds).toContain('waiting');
    await roll(server, 2, 'new', 'old');
    await expect.poll(() => kinds().filter((kind) => kind === 'waiting')).toHaveLength(2);
    await roll(server, 3, 'newer', 'new');
    await ended;
    const [first, second] = measured();
    expect(measured()).toHaveLength(2);
    expect(second?.measurement.startedMs).toBeGreaterThan(first?.measurement.endedMs ?? Number.POSITIVE_INFINITY);
  });

  it('counts no request in two of them when the next one begins at once', async () => {
    const { server, kinds, measured, ended } = await session({ rollouts: 2, tailMs: 5000 });
    await expect.poll(kinds).toContain('waiting');
    await roll(server, 2, 'new', 'old');
    // What is there must be read, and then the session must have looked at it: until then, both would be one rollout to it.
    await pause();
    await new Promise((resolve) => setTimeout(resolve, 1.5 * pollMs));
    await roll(server, 3, 'newer', 'new');
    await ended;
    const [first, second] = measured();
    expect(second?.beganMs).toBeLessThan(first?.measurement.endedMs ?? 0);
    expect(second?.measurement.startedMs).toBe(first?.measurement.endedMs);
  });

  it('causes it when it may', async () => {
    const { server, kinds, ended } = await session({ restart: true });
    const asked = () => server.seen.flatMap(({ path, method }) => (path === `${deployments}/web` ? [method] : []));
    await expect.poll(asked).toEqual(['GET', 'PATCH']);
    await roll(server, 2, 'new', 'old');
    await ended;
    expect(asked()).toEqual(['GET', 'PATCH']);
    expect(kinds()).toEqual(['watching', 'begun', 'measured']);
  });

  it('warns of answers that are no success: an ingress may give them by itself', async () => {
    const { server, kinds, ended } = await session({}, fakeLoad('ok', 404));
    await expect.poll(kinds).toContain('waiting');
    expect(kinds()).toContain('odd-answer');
    await roll(server, 2, 'new', 'old');
    await ended;
  });

  it('rolls nothing as long as nobody answers, and says how that looks', async () => {
    const { server, ended, load } = await session({ restart: true }, fakeLoad('refused'));
    await expect(ended).rejects.toThrow(/does not answer any request \(refused\), and nothing is rolled/);
    expect(server.seen.filter(({ path }) => path === `${deployments}/web`)).toHaveLength(1);
    expect(load.state.stopped).toBeGreaterThan(0);
  });

  it('does not wait for ever for a rollout', async () => {
    const { ended } = await session({ waitMs: 300 });
    await expect(ended).rejects.toThrow(/no rollout began within/);
  });

  it('waits for the end of an earlier rollout first', async () => {
    const { server, kinds, ended } = await session({}, fakeLoad(), deployment(1, { updatedReplicas: 0 }));
    await expect.poll(kinds).toContain('settling');
    expect(kinds()).not.toContain('waiting');
    server.put(deployments, deployment(1));
    await expect.poll(kinds).toContain('waiting');
    await roll(server, 2, 'new', 'old');
    await ended;
  });

  it('ends with a rollout that fails, and tells what was measured', async () => {
    const { server, kinds, measured, ended } = await session({ rollouts: 3 });
    await expect.poll(kinds).toContain('waiting');
    const conditions = [
      { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' },
    ];
    server.put(deployments, deployment(2, { updatedReplicas: 0, conditions }));
    await ended;
    expect(measured()).toMatchObject([{ ended: 'failed', detail: 'timed out' }]);
    expect(measured()[0]?.measurement.samples.length).toBeGreaterThan(0);
  });

  it('ends when it is interrupted, and tells what was measured', async () => {
    const { server, kinds, measured, ended, interrupt, load } = await session();
    await expect.poll(kinds).toContain('waiting');
    server.put(deployments, deployment(2, { updatedReplicas: 0 }));
    await expect.poll(kinds).toContain('begun');
    interrupt.abort();
    await ended;
    expect(measured()).toMatchObject([{ ended: 'interrupted', detail: '0 of 1 pods are new, 1 available' }]);
    expect(load.state.stopped).toBeGreaterThan(0);
    await expect.poll(() => server.openWatches(pods)).toBe(0);
  });

  it('ends without a word when it is interrupted before anything began', async () => {
    const { kinds, measured, ended, interrupt } = await session();
    await expect.poll(kinds).toContain('waiting');
    interrupt.abort();
    await ended;
    expect(measured()).toEqual([]);
  });

  it('ends when the Deployment is deleted meanwhile', async () => {
    const { server, kinds, ended } = await session();
    await expect.poll(kinds).toContain('waiting');
    server.remove(deployments, deployment(1));
    await expect(ended).rejects.toThrow('the Deployment was deleted');
  });
});
