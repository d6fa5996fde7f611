// hitless installed from its image: the label of a namespace decides whether it is called, and what it does there.

import { expect, it } from 'vitest';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { dryRun, openShop, podSpec } from '../../support/e2e/shop.ts';
import { bare, kept, promised, shop, web } from '../../support/e2e/web.ts';

const plain = 'hitless-test-plain';
const watched = 'hitless-test-audit';
openShop({ [plain]: 'none', [watched]: 'audit' });

it('leaves a namespace without the label alone', async () => {
  expect(promised(podSpec(await dryRun(plain)))).toEqual(bare);
});

it('patches from the label on, and not after it', async () => {
  const slept = async () => promised(podSpec(await dryRun(plain))).preStop;
  await must(kubectl(['label', 'namespace', plain, 'hitless.dev/mode=enforce']));
  await expect.poll(slept, { timeout: 30_000 }).toEqual({ sleep: { seconds: 10 } });
  await must(kubectl(['label', 'namespace', plain, 'hitless.dev/mode-']));
  await expect.poll(slept, { timeout: 30_000 }).toBeUndefined();
});

it('in audit patches nothing, and warns of what it would do', async () => {
  // Of four pods the API's default lets one go; they need not run.
  const pod = { nodeSelector: { 'hitless.dev/test': 'nowhere' } };
  const object = web('audited', { namespace: watched, replicas: 4, pod });
  const { code, out, err } = await kubectl(['create', '-o', 'json', '-f', '-'], JSON.stringify(object));
  expect(code).toBe(0);
  const { metadata, spec } = JSON.parse(out);
  expect(promised(spec.template.spec)).toEqual(bare);
  expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: '25%', maxUnavailable: '25%' });
  expect(metadata.annotations).toBeUndefined();
  for (const rule of ['pre-stop-sleep', 'rolling-update']) expect(err).toMatch(new RegExp(`Warning: .*${rule}`));
});

it('shows in a dry run what it would write, and nothing is there afterwards', async () => {
  expect(promised(podSpec(await dryRun(shop)))).toEqual(kept(3));
  expect((await kubectl(['get', 'deployment', 'dry', '-n', shop])).err).toContain('NotFound');
});
