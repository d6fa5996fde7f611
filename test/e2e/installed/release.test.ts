// hitless installed from its image: the pods that it patched roll out, and neither its upgrade nor its removal touches them.

import { expect, it } from 'vitest';
import { helm, kubectl, must } from '../../support/e2e/kubectl.ts';
import { home, upgrade } from '../../support/e2e/release.ts';
import { apply, dryRun, openShop, podSpec, rollouts } from '../../support/e2e/shop.ts';
import { bare, kept, promised, shop, web } from '../../support/e2e/web.ts';

openShop();

it('a patched Deployment rolls out: its pods have probe, sleep and grace period, the first ones and the next', async () => {
  await must(apply(web('runs', { replicas: 2 })));
  for (const round of ['first', 'next']) {
    if (round === 'next') await must(kubectl(['rollout', 'restart', 'deployment/runs', '-n', shop]));
    await must(kubectl(['rollout', 'status', 'deployment/runs', '-n', shop, '--timeout=60s']));
    const pods = JSON.parse(await must(kubectl(['get', 'pods', '-n', shop, '-l', 'is=runs', '-o', 'json']))).items;
    expect(pods.length).toBeGreaterThanOrEqual(2);
    for (const { spec } of pods) expect(promised(spec)).toEqual(kept(3));
  }
}, 120_000);

it('an upgrade keeps the certificate, the patches and every Deployment as they are', async () => {
  const secret = () => must(kubectl(['get', 'secret', 'hitless-tls', '-n', home, '-o', 'jsonpath={.data}']));
  const before = [await secret(), await rollouts('runs')];
  await upgrade('--set', 'logLevel=warn');
  expect([await secret(), await rollouts('runs')]).toEqual(before);
  expect(promised(podSpec(await dryRun(shop)))).toEqual(kept(3));
}, 120_000);

it('uninstalled, it leaves policies and Deployments, blocks nobody, and nothing else is there', async () => {
  const before = await rollouts('runs');
  await must(helm(['uninstall', 'hitless', '-n', home, '--no-hooks']));
  const kinds = 'mutatingwebhookconfigurations,clusterroles,clusterrolebindings,roles,rolebindings,deployments';
  const more = 'services,serviceaccounts,configmaps,poddisruptionbudgets,networkpolicies';
  const label = 'app.kubernetes.io/name=hitless';
  expect(await must(kubectl(['get', `${kinds},${more}`, '-A', '-l', label, '-o', 'name']))).toBe('');
  expect(await must(kubectl(['get', 'secrets', '-n', home, '-o', 'name']))).toBe('');
  expect(await must(kubectl(['get', 'rolloutpolicies', '-n', shop, '-o', 'name']))).toContain('/default');
  expect(promised(podSpec(await dryRun(shop)))).toEqual(bare);
  await must(apply(web('runs', { replicas: 2 })));
  expect(await rollouts('runs')).toEqual(before);
}, 60_000);
