// hitless installed from its image: however people write their Deployments, they are taken, patched, and rolled by them alone.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { everywhere } from '../../support/e2e/asked.ts';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { connect } from '../../support/e2e/release.ts';
import { apply, live, openShop, podSpec, rollouts, writePolicy } from '../../support/e2e/shop.ts';
import { ways } from '../../support/e2e/ways.ts';
import { kept, promised, shop, type Web, web } from '../../support/e2e/web.ts';

const manifests = join(import.meta.dirname, '../../../../shared/manifests');
openShop();

describe.each(ways)('a Deployment written by $way', ({ way, first, again }) => {
  const name = way.replaceAll(/[^a-z]+/g, '-');
  // Without hitless as well a replace drops the annotation with the controller's revision, which the generation counts.
  const replaces = name === 'kubectl-create' || name === 'kubectl-replace';

  it('is patched', async () => {
    await must(first(web(name)));
    expect(promised(podSpec(await live(name)))).toEqual(kept(3));
  });

  it('does not roll when it is written again, labelled, or its policy changes', async () => {
    const before = await rollouts(name);
    const template = podSpec(await live(name));
    const written = (times: number) => ({ ...before, generation: before.generation + (replaces ? times : 0) });
    await must(again(web(name)));
    expect(await rollouts(name)).toEqual(written(1));
    await must(kubectl(['label', 'deployment', name, '-n', shop, 'tier=one']));
    await writePolicy(4);
    await everywhere(4);
    await must(kubectl(['label', 'deployment', name, '-n', shop, 'tier=two', '--overwrite']));
    expect(await rollouts(name)).toEqual(written(1));
    await must(again(web(name)));
    expect(await rollouts(name)).toEqual(written(2));
    expect(podSpec(await live(name))).toEqual(template);
  });

  it('takes the new policy with a rollout restart', async () => {
    await must(kubectl(['rollout', 'restart', `deployment/${name}`, '-n', shop]));
    expect(promised(podSpec(await live(name)))).toEqual(kept(4));
    await writePolicy(3);
    await everywhere(3);
  });
});

describe.each(['--server-side=false', '--server-side=true'])('an author who applies %s', (how) => {
  const exec = { exec: { command: ['node', '-e', '0'] } };
  const rolling = (rollingUpdate: object) => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });

  // Of four pods the API's default lets one go; they need not run.
  const four = (name: string, changes: Parameters<typeof web>[1] = {}) =>
    web(name, { ...changes, replicas: 4, pod: { nodeSelector: { 'hitless.dev/test': 'nowhere' }, ...changes.pod } });

  it.each<[string, Parameters<typeof web>[1], object]>([
    ['an exec hook over our sleep', { container: { lifecycle: { preStop: exec } } }, { preStop: exec }],
    [
      'a grace period under our sleep',
      { pod: { terminationGracePeriodSeconds: 2 } },
      { graceSeconds: 2, preStop: undefined },
    ],
    ['type Recreate', { strategy: { type: 'Recreate' } }, { strategy: { type: 'Recreate' } }],
    ['maxSurge 0', rolling({ maxSurge: 0 }), { strategy: { rollingUpdate: { maxSurge: 0 } } }],
    [
      'maxSurge 0 and maxUnavailable 1',
      rolling({ maxSurge: 0, maxUnavailable: 1 }),
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
    ],
  ])('%s gets it', async (what, changes, expected) => {
    const name = `${what.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}-by${how.replaceAll(/[-=]+/g, '-')}`;
    await must(apply(four(name), how));
    const first = await live(name);
    expect(promised(podSpec(first))).toEqual(kept(3));
    expect(first.spec.strategy.rollingUpdate?.maxUnavailable).toBe(0);
    await must(apply(four(name, changes), how));
    const now = await live(name);
    expect({ ...promised(podSpec(now)), strategy: now.spec.strategy }).toMatchObject(expected);
  });
});

it.skipIf(!existsSync(manifests))(
  'every Deployment of public projects is taken (skipped without ../shared/manifests)',
  async () => {
    const files = readdirSync(manifests).filter((file) => file.endsWith('.yaml'));
    const texts = files.map((file) => readFileSync(join(manifests, file), 'utf8'));
    const all = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Web | null));
    const deployments = all.filter((object) => object !== null && 'kind' in object && object.kind === 'Deployment');
    expect(deployments.length).toBeGreaterThan(20);
    const api = await connect();
    const path = `/apis/apps/v1/namespaces/${shop}/deployments`;
    for (const object of deployments) {
      const body = { ...object, metadata: { ...object?.metadata, namespace: shop } };
      const made = await api.json({ path, query: { dryRun: 'All' }, method: 'POST', body });
      // a worker needs nothing
      if (JSON.stringify(object).includes('containerPort'))
        expect(JSON.stringify(made)).toContain('hitless.dev/injected');
    }
  },
);
