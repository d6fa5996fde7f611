// A command under measurement, with an API server that a test plays: what belongs to it, and when it is over.

import { afterEach, describe, expect, it } from 'vitest';
import { type DuringSetup, measureDuring } from '../../../src/measurement/verify/during.ts';
import type { CommandEnd, VerifyProgress } from '../../../src/measurement/verify/setup.ts';
import { deployment as kind } from '../../../src/workload/kinds/deployment.ts';
import { type FakeApiServer, fakeApiServer } from '../../support/fake-api-server.ts';
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

const servers: FakeApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const succeeded: CommandEnd = { exitCode: 0 };

/** `act` gets the server: what the command does to the cluster. */
async function during(
  act: ((server: FakeApiServer) => Promise<CommandEnd>) | { readonly seconds: number },
  changes: Partial<DuringSetup> = {},
  found = deployment(1),
) {
  const server = await fakeApiServer();
  servers.push(server);
  server.put(deployments, found);
  server.put(pods, pod('old'));
  server.serve('/api/v1/namespaces/shop/services');
  const told: VerifyProgress[] = [];
  const load = fakeLoad();
  const ended = measureDuring({
    watched: { api: server.api, ref: { kind, namespace: 'shop', name: 'web' } },
    act: typeof act === 'function' ? () => act(server) : act,
    load: { lanes: [{ lane: 'get-new', url: 'http://web/', rate: 300 }], timeoutMs: 100, retries: 0, connections: 1 },
    startLoad: load.startLoad,
    waitMs: 2000,
    leadMs: 100,
    tailMs: 200,
    signal: new AbortController().signal,
    onEvent: (progress) => told.push(progress),
    ...changes,
  });
  ended.catch(() => undefined);
  return { server, ended, told, load };
}

async function begin(server: FakeApiServer): Promise<CommandEnd> {
  server.put(deployments, deployment(2, { observedGeneration: 1 }));
  return succeeded;
}

/** What the controller does after the command has ended. */
async function finish(server: FakeApiServer, afterMs: number): Promise<number> {
  await pause(afterMs);
  server.put(pods, pod('new'));
  server.put(pods, pod('old', deleting));
  server.put(deployments, deployment(2));
  await pause(100);
  server.remove(pods, pod('old', deleting));
  return performance.timeOrigin + performance.now();
}

describe('a command', () => {
  it('whose rollout goes on after its end is measured until that is over, and a while longer', async () => {
    let gone: Promise<number> | undefined;
    const { ended, told, load } = await during(async (server) => {
      gone = finish(server, 600);
      return begin(server);
    });
    const measured = await ended;
    expect(measured).toMatchObject({ ended: 'complete', touched: true, command: succeeded });
    expect((measured?.measurement.endedMs ?? 0) - ((await gone) ?? 0)).toBeGreaterThanOrEqual(190);
    expect(told.map(({ kind }) => kind)).toEqual(['watching', 'command-started', 'command-ended']);
    expect(load.state.stopped).toBeGreaterThan(0);
  });

  it('that leaves the workload alone is said to have left it alone', async () => {
    const { ended } = await during(async () => succeeded);
    const measured = await ended;
    expect(measured).toMatchObject({ ended: 'complete', touched: false });
    expect(measured?.sentSince).toBeGreaterThan(0);
    expect((measured?.measurement.endedMs ?? 0) - (measured?.beganMs ?? 0)).toBeGreaterThanOrEqual(190);
  });

  it('that only deletes a pod, as a drain does, is measured until the workload has it back', async () => {
    const { ended } = await during(async (server) => {
      server.put(pods, pod('old', deleting));
      server.put(deployments, deployment(1, { availableReplicas: 0, updatedReplicas: 1 }));
      void pause(500).then(() => {
        server.remove(pods, pod('old', deleting));
        server.put(pods, pod('new'));
        server.put(deployments, deployment(1));
      });
      return succeeded;
    });
    const measured = await ended;
    expect(measured).toMatchObject({ ended: 'complete', touched: true });
    expect((measured?.measurement.endedMs ?? 0) - (measured?.beganMs ?? 0)).toBeGreaterThanOrEqual(690);
  });

  it('whose rollout begins within the time after its end is measured to the end of that', async () => {
    const tailMs = 3000;
    let gone: Promise<number> | undefined;
    const { ended } = await during(
      async (server) => {
        // As soon as the workload has been found at rest, which is in the same turn as the end.
        gone = pause(0)
          .then(() => begin(server))
          .then(() => finish(server, 300));
        return succeeded;
      },
      { tailMs },
    );
    const measured = await ended;
    expect(measured).toMatchObject({ ended: 'complete', touched: true });
    expect((measured?.measurement.endedMs ?? 0) - ((await gone) ?? 0)).toBeGreaterThanOrEqual(tailMs - 10);
  });

  it('whose rollout misses its deadline is a rollout that failed', async () => {
    const message = 'ReplicaSet has timed out progressing.';
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }];
    const { ended } = await during(async (server) => {
      server.put(deployments, deployment(2, { updatedReplicas: 0, conditions }));
      return { exitCode: 1 };
    });
    expect(await ended).toMatchObject({ ended: 'failed', detail: message, command: { exitCode: 1 } });
  });

  it('that deletes the workload ends with that', async () => {
    const { ended } = await during(async (server) => {
      server.remove(deployments, deployment(1));
      return succeeded;
    });
    expect(await ended).toMatchObject({ ended: 'failed', detail: 'it was deleted', touched: true });
  });

  it('that deletes and creates it again, as a forced upgrade does, ends when the new one is complete', async () => {
    const { ended } = await during(async (server) => {
      server.remove(deployments, deployment(1));
      server.put(deployments, deployment(1, { availableReplicas: 0 }));
      void pause(400).then(() => server.put(deployments, deployment(1)));
      return succeeded;
    });
    expect(await ended).toMatchObject({ ended: 'complete', touched: true });
  });

  it('may be the one that mends a rollout that had failed before', async () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'late' }];
    const failed = deployment(1, { updatedReplicas: 0, conditions });
    const mended = await during(
      async (server) => {
        void finish(server, 100);
        return begin(server);
      },
      {},
      failed,
    );
    expect(await mended.ended).toMatchObject({ ended: 'complete', touched: true });
    const left = await during(async () => succeeded, {}, failed);
    expect(await left.ended).toMatchObject({ ended: 'complete', touched: false });
  });

  it('that cannot be started ends the measurement at once', async () => {
    const { ended } = await during(async () => ({ exitCode: 127, reason: 'no such program' }), { tailMs: 3_600_000 });
    expect(await ended).toMatchObject({ command: { exitCode: 127 }, touched: false });
  });

  it('is not started while nothing answers', async () => {
    let started = false;
    const silent = fakeLoad('refused');
    const { ended } = await during(
      async () => {
        started = true;
        return succeeded;
      },
      { startLoad: silent.startLoad },
    );
    await expect(ended).rejects.toThrow(
      /does not answer any request \(refused\), and the command is not started until it does: is it the address of this Deployment/,
    );
    expect(started).toBe(false);
  });

  it('that ends by an interruption is measured until then', async () => {
    const interrupt = new AbortController();
    const { ended } = await during(
      async () => {
        interrupt.abort();
        return { exitCode: 130, signal: 'SIGINT' };
      },
      { signal: interrupt.signal, tailMs: 3_600_000 },
    );
    expect(await ended).toMatchObject({ ended: 'interrupted', command: { exitCode: 130 } });
  });

  it('is not started after an interruption', async () => {
    const interrupt = new AbortController();
    let started = false;
    const { ended } = await during(
      async () => {
        started = true;
        return succeeded;
      },
      { signal: interrupt.signal, leadMs: 3_600_000, onEvent: () => setTimeout(() => interrupt.abort(), 50) },
    );
    expect([await ended, started]).toEqual([undefined, false]);
  });
});

it('some time is measured in the middle of a rollout too, which a command would wait for', async () => {
  const { ended, told } = await during({ seconds: 0.3 }, {}, deployment(1, { updatedReplicas: 0 }));
  const measured = await ended;
  expect(measured).toMatchObject({ ended: 'complete' });
  expect(measured).not.toHaveProperty('command');
  expect(told.map(({ kind }) => kind)).toEqual(['watching', 'command-started']);
});

it('without a workload only the answers count', async () => {
  const load = fakeLoad();
  const measured = await measureDuring({
    act: async () => succeeded,
    load: { lanes: [{ lane: 'get-new', url: 'http://web/', rate: 300 }], timeoutMs: 100, retries: 0, connections: 1 },
    startLoad: load.startLoad,
    waitMs: 1000,
    leadMs: 50,
    tailMs: 100,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  expect(measured?.measurement.events).toEqual([]);
  expect(measured?.measurement.samples.length).toBeGreaterThan(10);
});
