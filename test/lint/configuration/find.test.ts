// Where the configuration is looked for.

import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConfiguration } from '../../../src/lint/configuration/find.ts';
import { writeFiles } from '../../support/files.ts';

function tree(...files: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'hitless-find-'));
  writeFiles(folder, Object.fromEntries(files.map((file) => [file, ''])));
  return folder;
}

describe('the configuration', () => {
  it.each([
    ['in the working folder', ['.git/HEAD', 'a/b/.hitless.yaml', '.hitless.yaml'], 'a/b/.hitless.yaml'],
    ['nearest above it', ['.git/HEAD', 'a/b/x', 'a/.hitless.yaml', '.hitless.yaml'], 'a/.hitless.yaml'],
    ['at the root of the repository', ['.git/HEAD', 'a/b/x', '.hitless.yaml'], '.hitless.yaml'],
    ['at the root of a worktree or submodule', ['.git', 'a/b/x', '.hitless.yaml'], '.hitless.yaml'],
    ['of another version control', ['.jj/x', 'a/b/x', '.hitless.yaml'], '.hitless.yaml'],
    ['under a wrong name, to be told', ['.git', 'a/b/.hitless.yml', '.hitless.yaml'], 'a/b/.hitless.yml'],
  ])('is found %s', (_, files, found) => {
    const folder = tree(...files);
    expect(findConfiguration(join(folder, 'a/b'))).toBe(join(folder, found));
  });

  it.each([
    ['above the root of the repository', ['a/.git', 'a/b/x', '.hitless.yaml']],
    ['above the working folder outside of a repository', ['a/b/x', 'a/.hitless.yaml']],
    ['below the working folder', ['.git', 'a/b/c/.hitless.yaml']],
  ])('is not looked for %s', (_, files) => {
    expect(findConfiguration(join(tree(...files), 'a/b'))).toBeUndefined();
  });

  it.each([
    '.hitless.yaml',
    'gone.yaml',
  ])('is found as a link to %s, so that it is told that it cannot be read', (target) => {
    const folder = tree('a/x');
    symlinkSync(target, join(folder, '.hitless.yaml'));
    expect(findConfiguration(folder)).toBe(join(folder, '.hitless.yaml'));
  });

  it('is found outside of a repository in the working folder itself', () => {
    const folder = tree('.hitless.yaml');
    expect(findConfiguration(folder)).toBe(join(folder, '.hitless.yaml'));
  });
});
