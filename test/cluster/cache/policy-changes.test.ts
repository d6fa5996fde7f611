// When the cache says that a policy has changed: not when only its status has, which hitless writes itself.

import { afterEach, expect, it } from 'vitest';
import { watchCluster } from '../../../src/cluster/cache/cluster-cache.ts';
import { resources } from '../../../src/cluster/cache/kinds.ts';
import { fakeApiServer, quickTimings } from '../../support/fake-api-server.ts';

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function policy(name: string, seconds: unknown, status?: object) {
  const namespace = name === 'team' ? { namespace: 'shop' } : {};
  return { metadata: { name, ...namespace }, spec: { preStopSleep: { seconds } }, ...(status && { status }) };
}

const paths = Object.values(resources).map(({ path }) => path);

it.each([
  ['ClusterRolloutPolicy', 'platform'],
  ['RolloutPolicy', 'team'],
] as const)('of a %s', async (kind, name) => {
  const server = await fakeApiServer();
  ending.push(() => server.stop());
  server.serve(...paths);
  const { path } = resources[kind];
  server.put(path, policy(name, 5));
  let changes = 0;
  const state = watchCluster({
    api: server.api,
    report: () => undefined,
    policiesChanged: () => {
      changes += 1;
    },
    timings: quickTimings,
  });
  ending.push(state.stop);
  const soon = (ask: () => unknown, wanted: unknown) =>
    expect.poll(ask, { timeout: 5_000, interval: 5 }).toEqual(wanted);
  await soon(() => state.unready(), []);
  await soon(() => paths.every((one) => server.openWatches(one) === 1), true);
  const { policies } = state.current();
  const listed = changes;
  expect(listed).toBeGreaterThan(0);

  server.put(path, policy(name, 5, { matchedWorkloads: 1 }));
  server.put(path, policy(name, 5, { matchedWorkloads: 2 }));
  // the events of one watch come in order: behind this one those before it have been seen
  server.put(path, policy(name, 6, { matchedWorkloads: 2 }));
  await soon(() => changes, listed + 1);
  // one that can no longer be used has changed as well
  server.put(path, policy(name, 'many'));
  await soon(() => changes, listed + 2);
  server.remove(path, policy(name, 'many'));
  await soon(() => changes > listed + 2, true);
  if (kind === 'RolloutPolicy') expect(state.current().policies).toBe(policies);
});
