// The documents say what the code does.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pages, tables, withTables } from '../../scripts/tables.ts';
import { rules } from '../../src/rules/rules.ts';
import { hitless } from '../support/hitless.ts';

const root = new URL('../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');

const mostLines = 160;

describe('README', () => {
  const text = read('README.md');

  it('begins with the two commands', () => {
    expect(text).toMatch(/^# hitless\n\n```\nnpm ci && npm run demo\nnpm ci && npm test\n```/);
  });

  it(`has at most ${mostLines} lines`, () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(mostLines);
  });
});

describe('what commands print', () => {
  const shown = pages.flatMap((name) =>
    Array.from(
      read(name).matchAll(/<!-- output: hitless (.*) -->\n```\n([\s\S]*?)```/g),
      ([, command = '', output]) => ({
        name,
        command,
        output,
      }),
    ),
  );

  it('stands in the README', () => expect(shown.map(({ name }) => name)).toContain('README.md'));

  it.each(shown)('is in $name as it is: hitless $command', async ({ command, output }) => {
    expect((await hitless(command.split(' '))).out).toBe(output);
  });
});

describe('tables', () => {
  it.each(pages)('%s has its tables as the code has them (node scripts/tables.ts writes them)', (name) => {
    expect(withTables(read(name))).toBe(read(name));
  });

  it('stand in one page each', () => {
    const marked = pages.flatMap((name) =>
      Array.from(read(name).matchAll(/<!-- table: (\w+) -->/g), ([, table]) => table),
    );
    expect(marked.toSorted()).toEqual(Object.keys(tables).toSorted());
  });
});

it.each(pages)('%s names only scripts that exist', (name) => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const [, script = ''] of read(name).matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([script]);
});

describe('rules', () => {
  it('have one file, one chapter of docs/rules.md and one golden folder each, named by the id', () => {
    const ids = rules.map(({ id }) => id);
    const files = readdirSync(new URL('src/rules/', root));
    const golden = readdirSync(new URL('test/golden/', root), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const id of ids) expect(files).toContain(`${id}.ts`);
    for (const id of ids) expect(read('docs/rules.md')).toContain(`\n## ${id}\n`);
    expect(golden.map(({ name }) => name).toSorted()).toEqual([...ids, 'together'].toSorted());
  });
});
