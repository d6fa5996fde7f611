// The manual pages, by the programs that show them.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programTable } from '../../src/commands/program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-man-'));
  expect(spawnSync(process.execPath, ['packaging/man.ts', folder]).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined;
const { commands } = programTable();
const names = commands.flatMap(({ name }) => (name === 'help' ? [] : [`hitless-${name}.1`]));
const pages = ['hitless.1', 'kubectl-hitless.1', ...names];

/** As on a screen. */
function shown(page: string): string {
  const env = { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8' };
  const { stdout } = spawnSync('man', ['-l', join(folder, page)], { env, encoding: 'utf8' });
  return stdout;
}

describe('manual pages', () => {
  it('are there for the program, the plugin and each command', () => {
    expect(readdirSync(folder).toSorted()).toEqual(pages.toSorted());
  });

  it('are all named in package.json, without which npm installs none', () => {
    const { man } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(man).toEqual(pages.toSorted().map((page) => `dist/man/${page}`));
  });

  it.skipIf(!isThere('mandoc'))('are what mandoc takes', () => {
    const { status, stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', ...pages], {
      cwd: folder,
      encoding: 'utf8',
    });
    // The date of a page would be the day on which it was made.
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
    expect(status).toBeLessThan(4);
  });

  describe.skipIf(!isThere('man'))('as man shows them', () => {
    it.each(pages)('%s has no warnings', (page) => {
      const env = { ...process.env, LC_ALL: 'C.UTF-8', MANROFFSEQ: '', MANWIDTH: '80' };
      const { stderr } = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', page], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
    });

    it('says what the help says', () => {
      const text = shown('hitless-check.1').replaceAll(/\s+/g, ' ');
      const check = commands.find(({ name }) => name === 'check');
      expect(text).toContain('hitless-check - find what in the manifests would lose requests during a rollout');
      for (const { flags, details } of check?.options ?? [])
        expect(text).toContain(`${flags} ${details.replaceAll(/\s+/g, ' ')}`);
      expect(text).toContain('EXIT STATUS 0 no finding at or above --fail-on, 1 there is one');
      expect(text).toContain('hitless check . --since origin/main...HEAD');
    });

    it('names the pages of the commands', () => {
      const text = shown('hitless.1');
      for (const name of names) expect(text).toContain(name.replace('.1', '(1)'));
    });
  });
});
