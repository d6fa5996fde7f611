// The whole experiment: its order, and that nothing stays behind however it ends.

import { describe, expect, it } from 'vitest';
import { rowKey, rowsOf } from '../../../src/measurement/lab/rows.ts';
import { tasksOf } from '../../../src/measurement/lab/run.ts';
import { experiment } from '../../support/lab/experiment.ts';
import { fakeCluster, labSettings, refused } from '../../support/lab/fake-cluster.ts';

const removed = /^DELETE \/api\/v1\/namespaces\/lab$/;
const services = 'POST /api/v1/namespaces/lab/services';

describe('the order of the measurements', () => {
  const rows = rowsOf({ fixes: ['nothing', 'only/pre-stop-sleep', 'all'], drains: [true], replicas: [2] });
  const tasks = tasksOf({ rows, rollouts: 4 });

  it('has every row once in each round', () => {
    for (const round of [0, 1, 2, 3]) {
      const own = tasks.filter((task) => task.round === round).map(({ row }) => rowKey(row));
      expect(own.toSorted()).toEqual(rows.map(rowKey).toSorted());
    }
    expect(tasks.map(({ round }) => round)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  it('begins each round with another row', () => {
    const firsts = [0, 3, 6, 9].map((index) => tasks[index]?.row.fixes);
    expect(firsts).toEqual(['nothing', 'only/pre-stop-sleep', 'all', 'nothing']);
  });

  it('gives each measurement objects of its own', () => {
    expect(new Set(tasks.map(({ name }) => name)).size).toBe(12);
  });
});

describe('what is there already', () => {
  const rows = rowsOf({ fixes: ['nothing', 'all'], drains: [true], replicas: [2] });
  const [nothing, all] = rows.map(rowKey);

  it('is not measured again', () => {
    const left = tasksOf({ rows, rollouts: 3 }, new Map([[`${nothing}`, 2]]));
    expect(left.map(({ row, round }) => [row.fixes, round])).toEqual([
      ['all', 0],
      ['all', 1],
      ['nothing', 2],
      ['all', 2],
    ]);
  });

  it('needs no namespace when it is all', async () => {
    const cluster = fakeCluster();
    const settings = { ...labSettings({ rollouts: 2 }), rows };
    const done = new Map([nothing, all].map((key) => [`${key}`, 3]));
    expect(await experiment(cluster, { settings, done })).toMatchObject({ error: undefined, measured: [], notes: [] });
    expect(cluster.calls).toEqual([]);
  });
});

describe('nothing stays behind', () => {
  it('when three measurements fail one after the other, which it says once it is removed', async () => {
    const cluster = fakeCluster({ [services]: () => refused(500, 'etcd is full') });
    const { error, failed, notes } = await experiment(cluster);
    expect(failed).toHaveLength(3);
    expect(error).toBe('3 consecutive measurements failed; the last was nothing ends ×1: 500: etcd is full');
    expect(notes).toEqual(['removing namespace lab']);
    expect(cluster.count(removed)).toBe(1);
  });

  it('and no other worker is at work any more then', async () => {
    const cluster = fakeCluster({
      [services]: async ({ body }) => {
        if (JSON.stringify(body).includes('"lab-1"')) await new Promise((resolve) => setTimeout(resolve, 300));
        return refused(500, 'etcd is full');
      },
    });
    const { failed } = await experiment(cluster, { settings: labSettings({ rollouts: 100, parallel: 2 }) });
    expect(failed).toHaveLength(3);
    const ended = cluster.calls.findLastIndex((call) => /lab-1$/.test(call));
    expect(ended).toBeGreaterThan(0);
    expect(ended).toBeLessThan(cluster.calls.findIndex((call) => removed.test(call)));
  });

  it('when it is interrupted in a measurement', async () => {
    const interrupt = new AbortController();
    const cluster = fakeCluster({
      'GET .*/deployments/lab-0': () => {
        interrupt.abort(new Error('interrupted'));
        return refused(404, 'not yet');
      },
    });
    const { error, failed } = await experiment(cluster, { signal: interrupt.signal });
    expect(error).toBeUndefined();
    expect(failed).toEqual([]);
    expect(cluster.count(removed)).toBe(1);
    expect(cluster.count(/^DELETE .*\/lab-0/)).toBeGreaterThanOrEqual(2);
  });

  it('when it is interrupted while the namespace is made', async () => {
    const interrupt = new AbortController();
    const cluster = fakeCluster({
      'POST /api/v1/namespaces': ({ body }) => {
        interrupt.abort(new Error('interrupted'));
        return body as Record<string, never>;
      },
      'GET /api/v1/namespaces/lab': () => (cluster.count(removed) > 0 ? refused(404, 'gone') : { metadata: {} }),
    });
    const { error, measured } = await experiment(cluster, { signal: interrupt.signal });
    expect([error, measured]).toEqual([undefined, []]);
    expect(cluster.count(removed)).toBe(1);
  });

  it('when the API server does not answer for a moment', async () => {
    let silent = 2;
    const cluster = fakeCluster({
      [services]: () => refused(500, 'etcd is full'),
      'GET /api/v1/namespaces/lab': () => {
        if (silent-- > 0) throw new Error('connect ECONNREFUSED');
        return cluster.count(removed) > 0 ? refused(404, 'gone') : { metadata: {} };
      },
    });
    const { error } = await experiment(cluster);
    expect(error).not.toContain('left behind');
    expect(cluster.count(removed)).toBe(1);
  });

  it('or else it is said, beside why nothing was measured', async () => {
    const cluster = fakeCluster({
      [services]: () => refused(500, 'etcd is full'),
      'DELETE /api/v1/namespaces/lab': () => refused(403, 'you may not'),
    });
    const { error } = await experiment(cluster);
    expect(error).toMatch(/etcd is full; and the lab's namespace lab is left behind: 403: you may not/);
  });
});

it('a namespace that is there already is left alone, and named', async () => {
  const cluster = fakeCluster({ 'POST /api/v1/namespaces': () => refused(409, 'exists') });
  const { error } = await experiment(cluster);
  expect(error).toMatch(/^namespace lab already exists, .* --namespace$/);
  expect(cluster.count(removed)).toBe(0);
});

describe('a webhook that patches nothing', () => {
  it('ends the run before any measurement, with what to do', async () => {
    const cluster = fakeCluster({ 'POST .*/rolloutpolicies': () => ({}) });
    const { error, failed } = await experiment(cluster, { settings: labSettings({ webhook: true }) });
    expect(error).toMatch(/does not patch the workloads of the lab: is it limited to audit.*--no-webhook/);
    expect(failed).toEqual([]);
    expect(cluster.count(removed)).toBe(1);
  });
});

describe('the route', () => {
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'front', namespace: 'other' },
  };
  const settings = labSettings({ target: 'http://127.0.0.1:9/', route: [ingress], rollouts: 3 });

  it('is made first, in the namespace of the run', async () => {
    const made: unknown[] = [];
    const kinds = [
      { name: 'ingresses/status', kind: 'Ingress', namespaced: true },
      { name: 'ingresses', kind: 'Ingress', namespaced: true },
    ];
    const cluster = fakeCluster({
      'GET /apis/networking.k8s.io/v1': () => ({ resources: kinds }),
      'POST /apis/networking.k8s.io/v1/namespaces/lab/ingresses': ({ body }) => {
        made.push(body);
        return {};
      },
      [services]: () => refused(500, 'etcd is full'),
    });
    await experiment(cluster, { settings });
    expect(made).toEqual([{ ...ingress, metadata: { name: 'front', namespace: 'lab' } }]);
    const posts = cluster.calls.filter((call) => call.startsWith('POST'));
    expect(posts.slice(1, 3)).toEqual(['POST /apis/networking.k8s.io/v1/namespaces/lab/ingresses', services]);
  });

  it('of a kind that the cluster does not know ends the run, and nothing stays', async () => {
    const cluster = fakeCluster();
    const { error } = await experiment(cluster, { settings });
    expect(error).toBe('networking.k8s.io/v1 Ingress is not a namespaced kind in this cluster');
    expect(cluster.count(removed)).toBe(1);
  });
});

it('a kind that the cluster does not have ends the run before anything is created', async () => {
  const rows = [{ kind: 'rollout', fixes: 'all', title: 'all', drains: true, replicas: 1 }] as const;
  const cluster = fakeCluster();
  const { error } = await experiment(cluster, { settings: labSettings({ rows }) });
  expect(error).toBe('this cluster has no Rollouts (argoproj.io/v1alpha1): install their controller, or change --kind');
  expect(cluster.count(/^POST /)).toBe(0);
});
