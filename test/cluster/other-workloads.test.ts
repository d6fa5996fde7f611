// The workloads of a cluster that no rule judges: those that nothing owns, by their metadata alone.

import { afterEach, describe, expect, it } from 'vitest';
import type { Api } from '../../src/cluster/client/api.ts';
import { mostRead, readOtherWorkloads } from '../../src/cluster/other-workloads.ts';
import type { JsonObject } from '../../src/workload/json.ts';
import { workloadKinds } from '../../src/workload/kinds/kinds.ts';
import { statefulSet } from '../../src/workload/kinds/stateful-set.ts';
import { type FakeApiServer, fakeApiServer, refuse } from '../support/fake-api-server.ts';

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

async function given(): Promise<FakeApiServer> {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  return server;
}

const owner = (apiVersion: string, kind: string, name = 'x') => ({ apiVersion, kind, name, controller: true });

function named(name: string, ...ownerReferences: readonly object[]) {
  return { metadata: { name, namespace: 'shop', ...(ownerReferences.length > 0 && { ownerReferences }) } };
}

const jobs = '/apis/batch/v1/jobs';
const pods = '/api/v1/pods';

describe('what nothing owns', () => {
  it('is found with its reason, and what a workload owns is part of that', async () => {
    const { api, put } = await given();
    put(pods, named('alone'));
    put(pods, named('of-a-deployment', owner('apps/v1', 'ReplicaSet')));
    put(pods, named('static', owner('v1', 'Node')));
    put(jobs, named('once'));
    put(jobs, named('nightly', owner('batch/v1', 'CronJob')));
    put('/apis/batch/v1/cronjobs', named('nightly'));
    put('/apis/apps/v1/replicasets', named('by-hand'));
    put('/apis/apps/v1/replicasets', named('web-1', owner('argoproj.io/v1alpha1', 'Rollout')));
    const { found, owned, unread, cut } = await readOtherWorkloads(api);
    expect(found.map(({ kind, apiVersion, namespace, name }) => `${apiVersion} ${kind} ${namespace}/${name}`)).toEqual([
      'v1 Pod shop/alone',
      'apps/v1 ReplicaSet shop/by-hand',
      'batch/v1 Job shop/once',
      'batch/v1 CronJob shop/nightly',
    ]);
    expect(found.every(({ reason }) => reason !== '')).toBe(true);
    expect({ owned, unread, cut }).toEqual({ owned: [], unread: [], cut: [] });
  });

  it('is read as metadata alone, in pages, of the namespace that is asked for', async () => {
    const server = await given();
    const path = '/api/v1/namespaces/shop/pods';
    for (let at = 0; at < 450; at += 1) server.put(path, named(`pod-${at}`));
    let accepted = '';
    server.next('/apis/batch/v1/namespaces/shop/jobs', (request, response) => {
      accepted = `${request.headers.accept}`;
      response.end(JSON.stringify({ metadata: {}, items: [] }));
    });
    const { found } = await readOtherWorkloads(server.api, 'shop');
    expect(found.filter(({ kind }) => kind === 'Pod')).toHaveLength(450);
    expect(server.pagesAfterTheFirst()).toBeGreaterThan(0);
    expect(accepted).toContain('as=PartialObjectMetadataList');
  });

  it('is not of a kind that is judged', async () => {
    const { api, seen } = await given();
    await readOtherWorkloads(api);
    const read = seen.map(({ path }) => path);
    expect(read).toContain(pods);
    expect(workloadKinds()).toContain(statefulSet);
    expect(read).not.toContain('/apis/apps/v1/statefulsets');
  });
});

describe('kinds of operators', () => {
  const installed = (name: string, resource: string, kind: string) => ({
    metadata: { name },
    versions: [{ version: 'v1', resources: [{ resource, responseKind: { kind } }] }],
  });
  const discovery = (...items: readonly object[]) => JSON.stringify({ kind: 'APIGroupDiscoveryList', items });

  it('are read where they are installed, and no others', async () => {
    const server = await given();
    const { api, put, next, seen } = server;
    next('/apis', (_, response) => {
      const argo = installed('argoproj.io', 'rollouts', 'Rollout');
      response.end(discovery(installed('ray.io', 'rayclusters', 'RayCluster'), argo, installed('x.io', 'xs', 'X')));
    });
    put('/apis/ray.io/v1/rayclusters', named('gpu'));
    put('/apis/ray.io/v1/rayclusters', named('of-a-service', owner('ray.io/v1', 'RayService')));
    put(pods, named('gpu-head', owner('ray.io/v1', 'RayCluster', 'gpu')));
    const { found, owned } = await readOtherWorkloads(api);
    expect(found).toEqual([
      { kind: 'RayCluster', apiVersion: 'ray.io/v1', namespace: 'shop', name: 'gpu', reason: expect.any(String) },
    ]);
    // The RayCluster itself is named.
    expect(owned).toEqual([]);
    expect(seen.map(({ path }) => path).filter((path) => /rollouts|\/xs/.test(path))).toEqual([]);
  });

  it('without a row are known by what they own', async () => {
    const { api, put } = await given();
    put(pods, named('db-1', owner('postgresql.cnpg.io/v1', 'Cluster', 'db')));
    const { found, owned } = await readOtherWorkloads(api);
    expect(found).toEqual([]);
    const cluster = { group: 'postgresql.cnpg.io', kind: 'Cluster', name: 'db' };
    expect(owned).toEqual([{ kind: 'Pod', namespace: 'shop', owner: cluster }]);
  });

  it('are unknown where discovery is refused, and the others are counted all the same', async () => {
    const { api, put, next } = await given();
    next('/apis', (_, response) => refuse(response, 403, 'no'));
    put(pods, named('alone'));
    const { found, undiscovered } = await readOtherWorkloads(api);
    expect({ undiscovered, names: found.map(({ name }) => name) }).toEqual({
      undiscovered: '403: no',
      names: ['alone'],
    });
  });
});

describe('what cannot be read', () => {
  it('is said for each kind, and stops nothing', async () => {
    const { api, put, forbid } = await given();
    forbid(pods);
    put(jobs, named('once'));
    const { found, unread } = await readOtherWorkloads(api);
    expect(found.map(({ name }) => name)).toEqual(['once']);
    expect(unread).toEqual([{ kind: 'Pod', code: 403, reason: expect.stringContaining('cannot list') }]);
  });

  it('but not who is logged in', async () => {
    const { api, next } = await given();
    next(pods, (_, response) => refuse(response, 401, 'who are you'));
    await expect(readOtherWorkloads(api)).rejects.toMatchObject({ code: 401 });
  });

  it('is the rest of very many objects', async () => {
    const read: string[] = [];
    const items = Array.from({ length: 500 }, (_, at) => named(`pod-${at}`)) as unknown as JsonObject[];
    const api: Api = {
      json: async ({ path, query }) => {
        if (path !== pods) return { metadata: {}, items: [] };
        read.push(path);
        return { metadata: { continue: `${Number(query?.continue ?? 0) + 1}` }, items };
      },
      stream: () => Promise.reject(new Error('nothing streams')),
    };
    const { found, cut } = await readOtherWorkloads(api);
    expect({ cut, pages: read.length, found: found.length }).toEqual({
      cut: ['Pod'],
      pages: mostRead / 500 + 1,
      found: mostRead + 500,
    });
  });
});
