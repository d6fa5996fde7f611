// hitless installed from its image: what people write into its policies counts at once, on every replica.

import { expect, it } from 'vitest';
import { everywhere, sleeps } from '../../support/e2e/asked.ts';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { connect, home } from '../../support/e2e/release.ts';
import { openShop, policy, writePolicy } from '../../support/e2e/shop.ts';
import { shop } from '../../support/e2e/web.ts';

openShop();

it('the API server refuses a policy that cannot be kept, and names the field', async () => {
  const bad = { ...policy(3), metadata: { name: 'bad', namespace: shop }, spec: { preStopSleep: { seconds: -1 } } };
  const { code, err } = await kubectl(['create', '-f', '-'], JSON.stringify(bad));
  expect(code).not.toBe(0);
  expect(err).toContain('spec.preStopSleep.seconds');
});

it('a changed policy counts on every replica within 2 s', async () => {
  expect(new Set(await sleeps(await connect()))).toEqual(new Set([3]));
  const took: number[] = [];
  for (const seconds of [5, 6, 3]) {
    await writePolicy(seconds);
    took.push(await everywhere(seconds));
  }
  // At least once the machine has had time for it.
  expect(Math.min(...took)).toBeLessThan(2000);
}, 120_000);

it('one of the pods writes its status, and holds the Lease for that', async () => {
  const read = async (...what: string[]) => JSON.parse(await must(kubectl(['get', ...what, '-o', 'json'])));
  const conditions = async () => {
    const { metadata, status } = await read('rolloutpolicy', 'default', '-n', shop);
    const seen = status?.conditions?.filter(
      (one: { observedGeneration: number }) => one.observedGeneration === metadata.generation,
    );
    return seen?.map((one: { type: string; status: string }) => `${one.type} ${one.status}`);
  };
  await expect
    .poll(conditions, { timeout: 30_000, interval: 500 })
    .toEqual(['Accepted True', expect.stringMatching(/^Effective (?:True|False)$/)]);
  const { spec } = await read('lease', 'hitless-policy-status', '-n', home);
  expect(spec.holderIdentity).toMatch(/^hitless-/);
}, 60_000);

it('so do a policy that is deleted, one for the whole cluster, and one over it', async () => {
  await must(kubectl(['delete', 'rolloutpolicy', 'default', '-n', shop]));
  await everywhere(10);
  const whole = { ...policy(7), kind: 'ClusterRolloutPolicy', metadata: { name: 'default' } };
  await must(kubectl(['create', '-f', '-'], JSON.stringify(whole)));
  await everywhere(7);
  await must(kubectl(['create', '-f', '-'], JSON.stringify(policy(3))));
  await everywhere(3);
}, 120_000);
