// hitless installed from its image: rollouts that finish without it finish with it, where a surge pod has no room.

import { beforeAll, expect, it } from 'vitest';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { freeMillicores, nodes } from '../../support/e2e/nodes.ts';
import { until } from '../../support/e2e/release.ts';
import { apply, live, openShop } from '../../support/e2e/shop.ts';
import { web } from '../../support/e2e/web.ts';

const full = 'hitless-test-full';
const counted = 'hitless-test-counted';

openShop({ [full]: 'enforce', [counted]: 'enforce' });

const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'pods', namespace: counted },
  spec: { hard: { pods: '4' } },
};
beforeAll(async () => {
  await must(kubectl(['create', '-f', '-'], JSON.stringify(quota)));
  // Its controller counts, and the webhook hears of it by a watch.
  const used = ['get', 'resourcequota', 'pods', '-n', counted, '-o', 'jsonpath={.status.used.pods}'];
  await until(async () => (await must(kubectl(used))) === '0');
}, 60_000);

/** Four pods that end quickly. */
const deadlines = { [full]: 25, [counted]: 600 };

function four(namespace: keyof typeof deadlines, version: number, container: object = {}) {
  const env = [{ name: 'VERSION', value: `${version}` }];
  const object = web('web', { namespace, replicas: 4, container: { ...container, env }, pod: quick });
  return { ...object, spec: { ...object.spec, progressDeadlineSeconds: deadlines[namespace] } };
}
const quick = { terminationGracePeriodSeconds: 5 };

const maxUnavailable = async (namespace: string) =>
  (await live('web', namespace)).spec.strategy.rollingUpdate?.maxUnavailable;

const finishes = (namespace: string, seconds: number) =>
  kubectl(['rollout', 'status', 'deployment/web', '-n', namespace, `--timeout=${seconds}s`]);

it('a rollout without a free core for a surge pod finishes at the next try', async ({ skip }) => {
  const all = await nodes();
  const node = (all.length === 1 ? all[0] : undefined) ?? skip('it needs a cluster of one node');
  // Four of them fit, and five do not, as four of 440m on two cores.
  const cpu = `${Math.floor((await freeMillicores(node)) * 0.225)}m`;
  const resources = { requests: { cpu } };
  await must(apply(four(full, 1, { resources })));
  await must(finishes(full, 90));
  expect(await maxUnavailable(full)).toBe(0);
  await must(apply(four(full, 2, { resources })));
  const hung = await finishes(full, 90);
  expect(hung.code).not.toBe(0);
  expect(hung.err).toContain('exceeded its progress deadline');
  const { err } = await apply(four(full, 3, { resources }));
  expect(err).toContain('the last rollout hung with it');
  expect(await maxUnavailable(full)).toBe('25%');
  // A label in the middle of it does not bring it back.
  await must(kubectl(['label', 'deployment', 'web', '-n', full, 'step=1']));
  expect(await maxUnavailable(full)).toBe('25%');
  await must(finishes(full, 150));
}, 400_000);

it('a rollout in a ResourceQuota without a pod to spare never hangs', async () => {
  await must(apply(four(counted, 1)));
  await must(finishes(counted, 90));
  await must(apply(four(counted, 2)));
  expect(await maxUnavailable(counted)).toBe('25%');
  // Where it hangs, no pod is ever replaced. Kubernetes asks for a refused pod again after twice the time, so the last ones take minutes.
  await until(async () => {
    const { metadata, status } = await live('web', counted);
    return status.observedGeneration === metadata.generation && (status.updatedReplicas ?? 0) >= 2;
  }, 300_000);
}, 600_000);
