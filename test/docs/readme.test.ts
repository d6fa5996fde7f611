// The documents say what the code does.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tables, withTables } from '../../docs/tables.ts';
import { ruleIds } from '../../src/rules/finding.ts';
import { rules } from '../../src/rules/plan.ts';

const root = new URL('../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');

describe('README', () => {
  const text = read('README.md');

  it.each(Object.keys(tables))('has the table of %s as the code has it (node docs/tables.ts writes it)', (name) => {
    expect(text).toContain(`<!-- table: ${name} -->`);
    expect(text).toContain(tables[name]);
  });

  it('has no other marked table', () => {
    expect(withTables(text)).toBe(text);
    const marked = Array.from(text.matchAll(/<!-- table: (\w+) -->/g), ([, name]) => name);
    expect(marked.toSorted()).toEqual(Object.keys(tables).toSorted());
  });

  it('begins with the two commands', () => {
    expect(text).toMatch(/^# hitless\n\n```\nnpm ci && npm run demo\nnpm ci && npm test\n```/);
  });

  it('names only scripts and commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = Array.from(text.matchAll(/npm run ([\w:]+)/g), ([, script]) => script);
    for (const script of named) expect(scripts, script).toHaveProperty(script ?? '');
  });
});

describe('rules', () => {
  it('have one file, one place in the order and one golden folder each, named by the id', () => {
    expect(Object.keys(rules)).toEqual([...ruleIds]);
    const files = readdirSync(new URL('src/rules/', root));
    const golden = readdirSync(new URL('test/golden/', root), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const id of ruleIds) expect(files).toContain(`${id}.ts`);
    expect(golden.map(({ name }) => name).toSorted()).toEqual([...ruleIds, 'together'].toSorted());
  });
});
