// hitless installed from its image: what it wrote goes again, from one Deployment or a namespace, when people say and not before.

import { beforeAll, describe, expect, it } from 'vitest';
import { allowCommands, hitless } from '../../support/e2e/command.ts';
import { kubectl, must } from '../../support/e2e/kubectl.ts';
import { apply, live, openShop, podSpec, rollouts } from '../../support/e2e/shop.ts';
import { bare, kept, promised, shop, web } from '../../support/e2e/web.ts';

const plain = 'hitless-test-plain';
openShop({ [plain]: 'none' });

const changed = { container: { env: [{ name: 'A', value: 'b' }] } };

it('a Deployment that opts out loses with its next template what was written for it, and does not roll before', async () => {
  await must(apply(web('leaves')));
  expect(promised(podSpec(await live('leaves')))).toEqual(kept(3));
  const before = await rollouts('leaves');
  const annotations = { 'hitless.dev/mode': 'off' };
  await must(apply(web('leaves', { annotations })));
  expect((await rollouts('leaves')).sets).toEqual(before.sets);
  await must(apply(web('leaves', { annotations, ...changed })));
  const after = await live('leaves');
  expect(promised(podSpec(after))).toEqual(bare);
  expect(after.metadata.annotations).not.toHaveProperty('hitless.dev/injected');
});

describe('hitless withdraw, from the image', () => {
  const names = ['first', 'second', 'third'] as const;
  const withdraw = (...args: readonly string[]) => hitless(shop, 'withdraw', '-n', shop, ...args);
  const label = (mode: string) => must(kubectl(['label', 'namespace', shop, '--overwrite', `hitless.dev/mode${mode}`]));

  beforeAll(async () => {
    await allowCommands(shop);
    for (const name of names) {
      await must(apply(web(name)));
      expect(promised(podSpec(await live(name)))).toEqual(kept(3));
      await must(apply(web(name, { namespace: plain })));
      await must(apply(web(`${name}-changed`, { namespace: plain, ...changed })));
    }
  }, 60_000);

  it('asks before it replaces pods, and changes nothing where nobody can answer', async () => {
    const before = await Promise.all(names.map(rollouts));
    const { code, text } = await withdraw('--now');
    expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining('There is no terminal to ask') });
    expect(await Promise.all(names.map(rollouts))).toEqual(before);
  }, 60_000);

  it('with --now rolls the named one once, to what it would be without hitless, and leaves the others', async () => {
    const before = await Promise.all(names.map(rollouts));
    const { code, text } = await withdraw('first', '--now', '--yes');
    expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining('1 withdrawn') });
    const [first, ...others] = await Promise.all(names.map(rollouts));
    expect(first?.sets).toHaveLength(2);
    expect(others).toEqual(before.slice(1));
    expect(await written('first')).toEqual(await writtenWithout('first'));
    await must(apply(web('first')));
    await must(kubectl(['label', 'deployment', 'first', '-n', shop, 'tier=one']));
    expect((await rollouts('first')).sets).toEqual(first?.sets);
    expect(await written('first')).toEqual(await writtenWithout('first'));
  }, 60_000);

  it('without it rolls nothing: what is in a template goes with the next one, and a dry run tells what waits', async () => {
    const before = await Promise.all(names.map(rollouts));
    await label('=audit');
    expect(await withdraw()).toEqual({ code: 0, text: expect.stringContaining('2 waiting') });
    expect((await Promise.all(names.map(rollouts))).map(({ sets }) => sets)).toEqual(before.map(({ sets }) => sets));
    for (const name of ['second', 'third']) {
      const { spec } = await live(name);
      expect(promised(spec.template.spec)).toEqual(kept(3));
      expect(spec.strategy).toEqual((await live(name, plain)).spec.strategy);
    }
    await must(apply(web('second', changed)));
    expect(await written('second')).toEqual(await writtenWithout('second-changed'));
    expect((await withdraw('--dry-run')).text).toContain('1 Deployment with injections: 1 waiting');
    await must(apply(web('third', changed)));
    expect(await written('third')).toEqual(await writtenWithout('third-changed'));
    const [first, ...others] = (await withdraw('--dry-run')).text.trimEnd().split('\n');
    expect(first).toBe('No workload has injections.');
    // Where Argo Rollouts are installed: the role edit does not have them.
    expect(others.filter((line) => !line.includes('no permission to list rollouts'))).toEqual([]);
  }, 60_000);

  it('lets the namespace opt out then, and nothing rolls any more', async () => {
    const before = await Promise.all(names.map(rollouts));
    await label('-');
    await must(apply(web('first')));
    for (const name of ['second', 'third']) await must(apply(web(name, changed)));
    expect(await Promise.all(names.map(rollouts))).toEqual(before);
  });

  /** What hitless may write: the pods, the strategy, its record. */
  async function written(name: string, namespace = shop) {
    const { metadata, spec } = await live(name, namespace);
    const record = metadata.annotations?.['hitless.dev/injected'];
    return { record, pods: spec.template.spec, strategy: spec.strategy };
  }

  const writtenWithout = (name: string) => written(name, plain);
});
