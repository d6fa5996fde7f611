// What an API server's discovery says, new and old.

import { afterEach, expect, test } from 'vitest';
import { discoverKinds } from '../../../src/cluster/client/discovery.ts';
import { type FakeApiServer, fakeApiServer, refuse } from '../../support/fake-api-server.ts';

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

async function given(): Promise<FakeApiServer> {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  return server;
}

/** As an API server answers a client that accepts the aggregated form. */
function aggregated(
  groups: Readonly<Record<string, Readonly<Record<string, readonly (readonly [string, string])[]>>>>,
) {
  const items = Object.entries(groups).map(([name, versions]) => ({
    metadata: { name },
    versions: Object.entries(versions).map(([version, resources]) => ({
      version,
      resources: resources.map(([resource, kind]) => ({ resource, responseKind: { kind }, subresources: [{}] })),
    })),
  }));
  return JSON.stringify({ kind: 'APIGroupDiscoveryList', items });
}

test('the kinds of the wanted groups, in the version that comes first', async () => {
  const server = await given();
  let accepted = '';
  server.next('/apis', (request, response) => {
    accepted = `${request.headers.accept}`;
    const ray = {
      v1: [['rayclusters', 'RayCluster']],
      v1alpha1: [
        ['rayclusters', 'RayCluster'],
        ['rayolds', 'RayOld'],
      ],
    };
    response.end(aggregated({ 'ray.io': ray as never, 'other.io': { v1: [['others', 'Other']] } }));
  });
  expect(await discoverKinds(server.api, ['ray.io', 'keda.sh'])).toEqual([
    { group: 'ray.io', version: 'v1', resource: 'rayclusters', kind: 'RayCluster' },
    { group: 'ray.io', version: 'v1alpha1', resource: 'rayolds', kind: 'RayOld' },
  ]);
  expect(accepted).toMatch(
    /^application\/json;g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList,.*,application\/json$/,
  );
});

test('of an API server that knows only the old form, group by group, without parts of objects', async () => {
  const server = await given();
  const groups = ['ray.io', 'other.io', 'keda.sh'].map((name) => ({ name, preferredVersion: { version: 'v1' } }));
  server.next('/apis', (_, response) => void response.end(JSON.stringify({ kind: 'APIGroupList', groups })));
  const resources = [
    { name: 'rayclusters', kind: 'RayCluster' },
    { name: 'rayclusters/status', kind: 'RayCluster' },
  ];
  server.next('/apis/ray.io/v1', (_, response) => void response.end(JSON.stringify({ resources })));
  server.next('/apis/keda.sh/v1', (_, response) => refuse(response, 503, 'no answer'));
  expect(await discoverKinds(server.api, ['ray.io', 'keda.sh'])).toEqual([
    { group: 'ray.io', version: 'v1', resource: 'rayclusters', kind: 'RayCluster' },
  ]);
  expect(server.seen.map(({ path }) => path).toSorted()).toEqual(['/apis', '/apis/keda.sh/v1', '/apis/ray.io/v1']);
});

test("a refusal is the caller's to explain", async () => {
  const server = await given();
  server.next('/apis', (_, response) => refuse(response, 403, 'no'));
  await expect(discoverKinds(server.api, ['ray.io'])).rejects.toMatchObject({ code: 403 });
});
