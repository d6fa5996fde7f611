// One measurement: what must be there before it counts, and what it counts.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { LabMeasurement } from '../../../src/measurement/lab/measure.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { experiment } from '../../support/lab/experiment.ts';
import { fakeCluster, labSettings } from '../../support/lab/fake-cluster.ts';

describe('a Deployment that is stored otherwise', () => {
  const preStop = { lifecycle: { preStop: { sleep: { seconds: 5 } } } };
  const stored = (annotations: object, container: object) => ({
    'POST .*/rolloutpolicies': () => ({}),
    'POST .*/deployments': () => ({
      metadata: { annotations: annotations as Record<string, string> },
      spec: { template: { spec: { containers: [{ name: 'test-app', ...container } as Record<string, string>] } } },
    }),
  });

  it('by somebody else is not measured as nothing fixed', async () => {
    const { failed } = await experiment(fakeCluster(stored({}, preStop)), { settings: labSettings() });
    expect(failed[0]).toMatch(/something in this cluster changes \S+lifecycle.preStop of Deployments/);
  });

  it('by a webhook that had not heard of the Service is not measured as all of hitless', async () => {
    const rows = [{ fixes: 'all', title: 'all', drains: true, replicas: 1 }];
    const cluster = fakeCluster(stored({ 'hitless.dev/injected': '{}' }, preStop));
    const { failed } = await experiment(cluster, { settings: labSettings({ webhook: true, rows }) });
    expect(failed[0]).toMatch(/decides differently on \S+readinessProbe: it is another version, or does not know/);
  });
});

describe('pods that do not start', () => {
  const status = (own: object) => ({
    'GET .*/pods': () => ({ items: [{ metadata: { name: 'test-app-1' }, status: own as Record<string, never> }] }),
  });
  const settings = labSettings({ rollouts: 1, startWithinMs: 300, target: 'http://127.0.0.1:9/' });

  it.each([
    [
      { containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }] },
      'test-app-1: ErrImagePull: no such image',
    ],
    [
      { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }] },
      'test-app-1: Unschedulable: 0/1 nodes',
    ],
    [
      { containerStatuses: [{ state: { terminated: { exitCode: 2, reason: 'Error' } } }] },
      'test-app-1: its container exited with code 2 (Error)',
    ],
  ])('are told of in the words of the cluster', async (own, words) => {
    const { failed } = await experiment(fakeCluster(status(own)), { settings });
    expect(failed[0]).toContain(`the pods of lab-0 did not start: ${words}`);
  });

  it('or that cannot be made', async () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }];
    const cluster = fakeCluster({
      'GET .*/deployments/lab-0': () => ({ spec: { replicas: 1 }, status: { conditions } }),
      'GET .*/pods': () => ({ items: [] }),
    });
    const { failed } = await experiment(cluster, { settings });
    expect(failed[0]).toContain('FailedCreate: exceeded quota');
  });
});

describe('an image that cannot be had', () => {
  const waiting = (reason: string, message: string) => ({
    metadata: { name: 'test-app-1' },
    status: { containerStatuses: [{ state: { waiting: { reason, message } } }] },
  });
  const pods = (...items: readonly JsonObject[]) => {
    const left = [...items];
    // The last one stays.
    return { 'GET .*/pods': () => ({ items: [(left.length > 1 ? left.shift() : left[0]) as JsonObject] }) };
  };
  // A run that waited would take longer than a test may.
  const settings = labSettings({ rollouts: 20, startWithinMs: 3_600_000, target: 'http://127.0.0.1:9/' });

  it.each([
    ['ErrImageNeverPull', '--image-pull-policy IfNotPresent'],
    ['InvalidImageName', 'name another with --image'],
    ['ImagePullBackOff', 'name one that the nodes can pull with --image'],
  ])('ends the whole run at once with the words of the pod: %s', async (reason, cure) => {
    const cluster = fakeCluster(pods(waiting(reason, 'hitless:nowhere')));
    const { error, failed } = await experiment(cluster, { settings });
    expect(error).toContain(`test-app-1: ${reason}: hitless:nowhere`);
    expect(error).toContain(cure);
    expect(failed).toEqual([]);
    expect(cluster.count(/^DELETE \/api\/v1\/namespaces\/lab$/)).toBe(1);
  });

  it('says why the first try failed, where the kubelet does not repeat it', async () => {
    const cluster = fakeCluster(pods(waiting('ErrImagePull', 'no such tag'), waiting('ImagePullBackOff', 'back-off')));
    const { error } = await experiment(cluster, { settings });
    expect(error).toContain('ImagePullBackOff: back-off (before that: test-app-1: ErrImagePull: no such tag)');
  });

  const ready = (name: string) => ({
    metadata: { name, uid: name },
    spec: { containers: [{ name: 'test-app' }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const listed = (pod: JsonObject) => ({ metadata: { resourceVersion: '1' }, items: [pod] });

  it('at the first try may still come', async () => {
    const { settings: reachable } = await listening();
    let asked = 0;
    const first = waiting('ErrImagePull', 'the registry is busy');
    const cluster = fakeCluster({ 'GET .*/pods': () => listed(++asked === 1 ? first : ready('test-app-1')) });
    const { error, failed, measured } = await experiment(cluster, { settings: { ...reachable, rollouts: 1 } });
    expect([error, failed, measured.length]).toEqual([undefined, [], 1]);
  });

  it('after a measurement ends only the next one', async () => {
    const { settings: reachable } = await listening();
    let created = 0;
    const cluster = fakeCluster({
      'POST .*/services': ({ body }) => {
        created += 1;
        return body as JsonObject;
      },
      'GET .*/pods': () =>
        listed(created === 2 ? waiting('ImagePullBackOff', 'the registry is down') : ready(`test-app-${created}`)),
    });
    const { error, failed, measured } = await experiment(cluster, { settings: { ...reachable, rollouts: 3 } });
    expect(error).toBeUndefined();
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain('the registry is down');
    expect(measured).toHaveLength(2);
  });
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening() {
  const state = { requests: 0 };
  const server = createServer((_request, response) => {
    state.requests += 1;
    response.end('here');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { state, settings: labSettings({ target, rate: 50 }) };
}

describe('a load from here', () => {
  it('is measured from its first steady moment to the end, and nothing of it is left', async () => {
    const { settings } = await listening();
    const cluster = fakeCluster();
    const { error, failed, measured } = await experiment(cluster, { settings });
    expect([error, failed]).toEqual([undefined, []]);
    const [{ measurement, logs } = {} as LabMeasurement] = measured;
    expect(logs.size).toBe(0);
    const due = measurement.samples.map(({ dueMs }) => dueMs);
    // Lead and tail alone are 3 s.
    expect(due.length).toBeGreaterThan(140);
    expect(Math.min(...due)).toBeGreaterThanOrEqual(measurement.startedMs);
    expect(Math.max(...due)).toBeLessThanOrEqual(measurement.endedMs);
    expect(cluster.count(/^DELETE .*\/services\/test-app$/)).toBe(1);
    expect(cluster.count(/^DELETE .*\/deployments\/lab-0$/)).toBe(1);
  });

  it('is measured until the pods that left by themselves have been replaced', async () => {
    const { settings } = await listening();
    const rows = [{ leave: 'delete', fixes: 'nothing', title: '', drains: false, replicas: 1 }] as const;
    const pod = (name: string, ready: boolean) => ({
      metadata: { name, uid: name },
      spec: { containers: [{ name: 'test-app' }] },
      status: { conditions: [{ type: 'Ready', status: `${ready ? 'True' : 'False'}` }] },
    });
    const deleted = /^DELETE .*\/pods\/old$/;
    let lists = 0;
    const cluster = fakeCluster({
      'GET .*/pods': () => {
        const items = cluster.count(deleted) === 0 ? [pod('old', true)] : [pod('new', ++lists > 3)];
        return { metadata: { resourceVersion: '1' }, items };
      },
    });
    const { failed, measured } = await experiment(cluster, { settings: { ...settings, rows } });
    expect([failed, measured.length, cluster.count(deleted)]).toEqual([[], 1, 1]);
    expect(lists).toBeGreaterThan(3);
    expect(cluster.count(/^PATCH /)).toBe(0);
  });

  it('ends with an interruption', async () => {
    const { state, settings } = await listening();
    const interrupt = new AbortController();
    const cluster = fakeCluster({
      'PATCH .*': () => {
        interrupt.abort(new Error('interrupted'));
        return {};
      },
    });
    const { error, measured } = await experiment(cluster, { settings, signal: interrupt.signal });
    expect([error, measured]).toEqual([undefined, []]);
    const { requests } = state;
    expect(requests).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(state.requests).toBe(requests);
  });

  it('that is answered with errors ends where a container on its way refuses to start, though its pod was ready first', async () => {
    let requests = 0;
    const refusing = createServer((_request, response) => {
      requests += 1;
      response.writeHead(502).end();
    });
    servers.push(refusing);
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
    const settings = labSettings({ target: `http://127.0.0.1:${(refusing.address() as AddressInfo).port}/`, rate: 50 });
    const terminated = { exitCode: 78, message: 'no cluster DNS here' };
    const ended = {
      containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } }],
    };
    const usual = fakeCluster();
    const cluster = fakeCluster({
      'GET .*/pods': async (asked) => {
        if (requests === 0) return usual.api.json({ path: asked.path });
        return { metadata: { resourceVersion: '1' }, items: [{ metadata: { name: 'gateway-1' }, status: ended }] };
      },
    });
    const { failed } = await experiment(cluster, { settings });
    expect(failed).toEqual([expect.stringMatching(/gateway-1: no cluster DNS here$/)]);
  });

  it('of one request a second is found steady too', async () => {
    const { settings } = await listening();
    const rare = { ...settings, rate: 1, lanes: ['get-new', 'post-new'] as const };
    const { failed, measured } = await experiment(fakeCluster(), { settings: rare });
    expect(failed).toEqual([]);
    expect(measured).toHaveLength(1);
  });
});
