// The examples of docs/examples: what `hitless fix` makes of each, and that nothing is left for it then.

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hitless } from '../support/hitless.ts';

const examples = join(import.meta.dirname, '../../docs/examples');
// Those of verify are programs and templates, those of policy-tests a tree of tests; they have tests of their own.
const apart = ['verify', 'policy-tests'];
const names = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !apart.includes(entry.name))
  .map(({ name }) => name);

it('there are some, and the page lists them all', () => {
  const page = readFileSync(join(examples, 'README.md'), 'utf8');
  const linked = Array.from(page.matchAll(/\]\(([\w-]+)\/README\.md\)/g), ([, name = '']) => name);
  expect(linked.filter((name) => !apart.includes(name)).toSorted()).toEqual(names.toSorted());
  expect(names.length).toBeGreaterThan(3);
});

describe.each(names)('the example %s', (name) => {
  const folder = join(examples, name);
  const policies = globSync('policy.yaml', { cwd: folder }).flatMap((file) => ['--policy', join(folder, file)]);
  const [manifest = ''] = globSync('*.yaml', { cwd: folder, exclude: ['policy.yaml'] });

  it('says in a few lines what it shows', () => {
    const lines = readFileSync(join(folder, 'README.md'), 'utf8').split('\n');
    expect(lines[0]).toMatch(/^# \w/);
    expect(lines.length).toBeLessThan(30);
  });

  it('has findings, which fix mends', async () => {
    const file = join(folder, manifest);
    expect((await hitless(['check', ...policies, file])).code).toBe(1);
    const { out, code } = await hitless(['fix', '--stdout', ...policies, file]);
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(join(import.meta.dirname, 'examples', `${name}.yaml`));
    expect(await hitless(['check', ...policies, '-'], out)).toMatchObject({ code: 0 });
    expect(await hitless(['fix', '--stdout', ...policies, '-'], out)).toMatchObject({ code: 0, out });
  });
});
