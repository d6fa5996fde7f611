// The bounds in docs/security.md are held by the tests that stand beside them: each of them has to be there.

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');

/** `test/cluster/cache/slopes`, and the names after it that stand in the same folder. */
function testsNamed(): readonly string[] {
  const cells = page.split('\n').flatMap((line) => line.split('|').slice(3, 4));
  const inTables = cells.flatMap((cell) => {
    let folder = '';
    return Array.from(cell.matchAll(/`([\w./*-]+)`/g), ([, name = '']) => {
      if (name.includes('/')) folder = name.slice(0, name.lastIndexOf('/'));
      return name.includes('/') ? name : `${folder}/${name}`;
    }).filter((name) => name.startsWith('test/'));
  });
  const inText = Array.from(page.matchAll(/`(test\/[\w./*-]+)`/g), ([, name = '']) => name);
  return [...new Set([...inTables, ...inText])];
}

describe('docs/security.md', () => {
  it('names many tests', () => expect(testsNamed().length).toBeGreaterThan(30));

  it.each(testsNamed())('names %s, which is there', (name) => {
    const found = globSync([name, `${name}.test.ts`], { cwd: root });
    expect(found).not.toEqual([]);
  });
});
