// A load in a pod, reported as if it were here; and the pod around it, which never stays.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startAgent } from '../../../src/measurement/load/agent.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import { localSender, podSender, type Sender } from '../../../src/measurement/verify/sender.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { type Answers, fakeCluster, refused } from '../../support/lab/fake-cluster.ts';
import { http } from '../../support/load.ts';

const pod = '/api/v1/namespaces/lab/pods/hitless-verify-1';
const ready = { metadata: { name: 'hitless-verify-1' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } };

/** A cluster whose only pod runs the real agent, and whose API server leads to it. */
async function clusterWithAgent(changes: Answers = {}) {
  const agent = await startAgent({ port: 0, host: '127.0.0.1' });
  onTestFinished(agent.close);
  const proxied: Answers[string] = async ({ path, method = 'GET', body, query = {} }) => {
    const own = path.replace(/^.*\/proxy/, '');
    const asked = new URL(`http://127.0.0.1:${agent.port}${own}`);
    for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, value);
    const answer = await fetch(asked, { method, body: body === undefined ? null : JSON.stringify(body) });
    return (await answer.json()) as JsonObject;
  };
  return fakeCluster({ ...changes, [`(?:GET|POST) ${pod}:8080/proxy/.*`]: proxied, [`GET ${pod}`]: () => ready });
}

const settings = {
  name: 'hitless-verify-1',
  namespace: 'lab',
  image: 'hitless:1',
  imagePullPolicy: 'IfNotPresent',
  startWithinMs: 3_600_000,
  signal: new AbortController().signal,
} as const;

async function load(sender: Sender) {
  const url = `http://${await http((_, response) => response.end('ok'))}/`;
  const samples: Sample[] = [];
  const lanes = [{ lane: 'get-new', url, rate: 100 }] as const;
  const running = await sender.start({ lanes, timeoutMs: 1000, retries: 0, connections: 1 }, (one) =>
    samples.push(one),
  );
  return { running, samples };
}

describe('the load of a pod', () => {
  it('is reported as it goes, each request once, and to the last one', async () => {
    const cluster = await clusterWithAgent();
    const sender = await podSender(cluster.api, settings);
    const { running, samples } = await load(sender);
    await expect.poll(() => samples.length, { timeout: 30_000 }).toBeGreaterThan(10);
    await running.stop();
    const due = samples.map(({ dueMs }) => dueMs).toSorted((a, b) => a - b);
    const steps = due.slice(1).map((ms, at) => ms - (due[at] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(5);
    expect(Math.max(...steps)).toBeLessThan(15);
    const count = samples.length;
    await sleep(700);
    expect(samples).toHaveLength(count);
    expect(await sender.close()).toBeUndefined();
    expect(cluster.count(new RegExp(`^DELETE ${pod}$`))).toBe(1);
    expect(sender.broken.aborted).toBe(false);
  });

  it('survives an API server that is away for a moment, without a request lost or twice', async () => {
    let takes = 0;
    const { api } = await clusterWithAgent();
    const json: typeof api.json = (call) => {
      if (!call.path.endsWith('/samples')) return api.json(call);
      takes += 1;
      if (takes === 2) return refused(503, 'away');
      // This answer gets lost on its way.
      return takes === 3 ? api.json(call).then(() => refused(503, 'away')) : api.json(call);
    };
    const sender = await podSender({ ...api, json }, settings);
    const { running, samples } = await load(sender);
    await expect.poll(() => takes, { timeout: 30_000 }).toBeGreaterThan(4);
    await running.stop();
    const due = samples.map(({ dueMs }) => dueMs).toSorted((a, b) => a - b);
    const steps = due.slice(1).map((ms, at) => ms - (due[at] ?? 0));
    expect(Math.max(...steps)).toBeLessThan(15);
    expect(Math.min(...steps)).toBeGreaterThan(5);
  });

  it('that goes away ends the measurement with the reason', async () => {
    let isGone = false;
    const gone = () => (isGone ? refused(404, 'not found') : ready);
    const { api } = await clusterWithAgent();
    const cluster = {
      ...api,
      json: async (call: Parameters<typeof api.json>[0]) =>
        call.path === pod ? gone() : isGone ? refused(503, 'no endpoint') : api.json(call),
    };
    const sender = await podSender(cluster, settings);
    const { running } = await load(sender);
    isGone = true;
    await expect.poll(() => sender.broken.aborted, { timeout: 30_000 }).toBe(true);
    expect((sender.broken.reason as Error).message).toBe(
      'the load pod does not answer any more (it was deleted): where the command empties its node, place it on another one with --load-node NODE, or send from here with --url',
    );
    // What is known by then still counts.
    await running.stop();
  });

  it('of an older version, which gives every request each time, is refused', async () => {
    const cluster = await clusterWithAgent({ [`GET ${pod}:8080/proxy/samples`]: () => ({ columns: {} }) });
    await expect(load(await podSender(cluster.api, settings))).rejects.toThrow('another version of hitless');
  });
});

describe('the load pod', () => {
  const created: JsonObject[] = [];
  const creating: Answers = {
    'POST .*/pods': ({ body }) => {
      created.push(body as JsonObject);
      return body as JsonObject;
    },
  };

  it('ends by itself when nobody asks any more, belongs to verify, and goes to its node', async () => {
    const cluster = await clusterWithAgent(creating);
    await podSender(cluster.api, { ...settings, node: 'node-2' });
    expect(created.at(-1)).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'hitless-verify' } },
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': 'node-2' },
        restartPolicy: 'Never',
        containers: [{ image: 'hitless:1', args: expect.arrayContaining(['--idle-exit']) }],
      },
    });
  });

  it.each([
    'ErrImageNeverPull',
    'ImagePullBackOff',
    'InvalidImageName',
  ])('with %s is removed at once', async (reason) => {
    const waiting = { waiting: { reason, message: 'hitless:1 is nowhere' } };
    const status = { containerStatuses: [{ state: waiting }] };
    const cluster = fakeCluster({ [`GET ${pod}`]: () => ({ metadata: { name: 'hitless-verify-1' }, status }) });
    await expect(podSender(cluster.api, settings)).rejects.toThrow(
      new RegExp(`hitless-verify-1: ${reason}: hitless:1 is nowhere: .*--image`),
    );
    expect(cluster.count(new RegExp(`^DELETE ${pod}$`))).toBe(1);
  });

  it('that ends at once, as one of another version does, is not waited for', async () => {
    const status = {
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 2, reason: 'Error' } } }],
    };
    const cluster = fakeCluster({ [`GET ${pod}`]: () => ({ metadata: { name: 'hitless-verify-1' }, status }) });
    await expect(podSender(cluster.api, settings)).rejects.toThrow(
      'the load pod ended: hitless-verify-1: its container exited with code 2 (Error): does the image have the version of this program? (--image)',
    );
    expect(cluster.count(new RegExp(`^DELETE ${pod}$`))).toBe(1);
  });

  it('that an interruption meets while it starts is removed', async () => {
    const interrupt = new AbortController();
    const cluster = fakeCluster({
      [`GET ${pod}`]: () => {
        interrupt.abort(new Error('interrupted'));
        return { metadata: { name: 'hitless-verify-1' } };
      },
    });
    await expect(podSender(cluster.api, { ...settings, signal: interrupt.signal })).rejects.toThrow('interrupted');
    expect(cluster.count(new RegExp(`^DELETE ${pod}$`))).toBe(1);
  });

  it('that the API server does not reach says so', async () => {
    const cluster = await clusterWithAgent({ [`GET ${pod}:8080/proxy/clock`]: () => refused(503, 'timed out') });
    await expect(podSender(cluster.api, settings)).rejects.toThrow(
      'the API server does not reach the load pod (503: timed out): does a NetworkPolicy of the namespace keep it away?',
    );
  });

  it('that cannot be removed is named', async () => {
    const cluster = await clusterWithAgent({ [`DELETE ${pod}`]: () => refused(403, 'forbidden') });
    const sender = await podSender(cluster.api, settings);
    expect(await sender.close()).toBe(
      'the load pod is left behind (403: forbidden): kubectl delete pod hitless-verify-1 -n lab',
    );
  });
});

it('a load from here needs no pod', async () => {
  const sender = localSender();
  const { running, samples } = await load(sender);
  await expect.poll(() => samples.length).toBeGreaterThan(1);
  await running.stop();
  expect([sender.from, await sender.close()]).toEqual(['here', undefined]);
});
