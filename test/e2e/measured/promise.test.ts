// hitless keeps its own promise: with failurePolicy Fail, no admission is lost while it is rolled, renewed and upgraded.
//
//   HITLESS_PROMISE_RESTARTS   rolling restarts; 2 as it stands, 5 among the long tests

import { expect, it } from 'vitest';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { perSecond } from '../../support/e2e/load.ts';
import { isLong } from '../../support/e2e/long.ts';
import { expectNothingLost, measure, measureAll } from '../../support/e2e/promise.ts';
import { home, settled, upgrade } from '../../support/e2e/release.ts';
import { authorityChanged, formerAuthorityRetired, leafRenewed } from '../../support/e2e/secret.ts';

const restarts = Number(process.env.HITLESS_PROMISE_RESTARTS ?? (isLong ? 5 : 2));
measureAll();

async function losesNothing(during: string, action: () => Promise<unknown>): Promise<void> {
  const measured = await measure(during, action);
  expectNothingLost(measured);
  const { admissions, seconds } = measured;
  expect(admissions).toBeGreaterThan(seconds * perSecond() * 0.5);
}

it.each(
  Array.from({ length: restarts }, (_, index) => index + 1),
)('no admission is lost in rolling restart %i', async (round) => {
  await losesNothing(`rolling restart ${round}`, async () => {
    await must(kubectl(['rollout', 'restart', 'deployment/hitless', '-n', home]));
    await settled();
  });
}, 120_000);

it('no admission is lost while the leaf is renewed', async () => {
  await losesNothing('leaf renewed', leafRenewed);
}, 120_000);

it('no admission is lost while the authority changes step by step', async () => {
  await losesNothing('authority changed', () => authorityChanged('ca'));
}, 120_000);

it('no admission is lost while the authority before it is retired', async () => {
  await losesNothing('former authority retired', formerAuthorityRetired);
}, 120_000);

it('no admission is lost in a helm upgrade', async () => {
  await losesNothing('helm upgrade', async () => {
    await upgrade('--set', 'logLevel=warn', '--set', 'podAnnotations.example\\.com/upgraded=yes');
    await settled();
  });
}, 120_000);
