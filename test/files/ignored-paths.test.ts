// Paths that are not read, as git would ignore them, and a folder that is read without them.

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ignoredPaths } from '../../src/files/ignored-paths.ts';
import { listSources } from '../../src/files/read.ts';
import { writeFiles } from '../support/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hitless-ignored-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

describe('a path', () => {
  it.each<[readonly string[], string, boolean]>([
    [['vendor/'], 'vendor/', true],
    [['vendor/'], 'vendor/a/b.yaml', true],
    [['vendor/'], 'deploy/vendor/x.yaml', true],
    [['/vendor/'], 'deploy/vendor/x.yaml', false],
    [['vendor/'], 'vendor', false],
    [['*.yaml', '!keep.yaml'], 'a/keep.yaml', false],
    [['*.yaml', '!keep.yaml'], 'a/other.yaml', true],
    [['a/**/z.yaml'], 'a/b/c/z.yaml', true],
    [['Vendor/'], 'vendor/x', false],
    [['*'], '../outside.yaml', false],
    [['*'], '', false],
  ])('under %j: %s is ignored: %s', (patterns, path, expected) => {
    const isIgnored = ignoredPaths(patterns, folder);
    for (const named of [at(path), relative('', at(path))])
      expect(isIgnored(named || '.', path === '' || path.endsWith('/'))).toBe(expected);
  });
});

describe('a folder', () => {
  it('is read without what is ignored in it, wherever links lead, and hints at no hidden folder that is ignored', async () => {
    const names = ['a.yaml', 'b/c.yaml', 'b/d.gen.yaml', 'vendor/e.yaml', '.ci/f.yaml', '.gen/g.yaml'];
    writeFiles(folder, Object.fromEntries(names.map((name) => [name, 'a: 1\n'])));
    symlinkSync('../vendor', at('b/vendor'));
    symlinkSync('d.gen.yaml', at('b/link.yaml'));
    const isIgnored = ignoredPaths(['vendor', '*.gen.yaml', '.gen'], folder);
    const read = (...paths: readonly string[]) => listSources(paths.map(at), async () => new Uint8Array(), isIgnored);
    const { sources, hidden, ignored, problems } = await read('.');
    expect(sources.map(({ file }) => relative(folder, file))).toEqual(['a.yaml', 'b/c.yaml', 'b/link.yaml']);
    expect([hidden, ignored, problems]).toEqual([[at('.ci')], [], []]);
    const named = await read('vendor', 'b/d.gen.yaml', 'vendor/e.yaml', 'vendor/nowhere.yaml', 'a.yaml');
    expect(named.sources.map(({ file }) => relative(folder, file))).toEqual(['a.yaml']);
    expect(named.ignored).toEqual(['vendor', 'b/d.gen.yaml', 'vendor/e.yaml', 'vendor/nowhere.yaml'].map(at));
  });
});
