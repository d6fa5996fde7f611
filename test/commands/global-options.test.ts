// --color, --quiet and `version`: what every command takes, and what a report about hitless begins with.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { verbOf } from '../../src/commands/global-options.ts';
import { splitCommand } from '../../src/commands/split-command.ts';
import { buildLine } from '../../src/commands/version/version.ts';
import { hitless } from '../support/hitless.ts';

const web = 'test/cli/fix-shows-a-diff/web.yaml';
const isColoured = (text: string) => text.includes('\u001b[');

describe('--color', () => {
  it.each([
    [['--color', 'always', 'check', web]],
    [['check', web, '--color=always']],
    [['fix', web, '--color', 'always']],
  ])('%j', async (args) => expect(isColoured((await hitless(args)).out)).toBe(true));

  it('leaves it to the stream otherwise', async () => {
    expect(isColoured((await hitless(['check', web, '--color', 'auto'])).out)).toBe(false);
    expect(isColoured((await hitless(['check', web, '--color', 'never'])).out)).toBe(false);
  });

  it('is one of three words', async () => {
    const { code, err } = await hitless(['check', web, '--color', 'sometimes']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('auto, always, never') });
  });
});

describe('--quiet', () => {
  it('prints findings without the closing lines, and the exit code stays', async () => {
    const { code, out, err } = await hitless(['check', web, '--quiet']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const whole = await hitless(['check', web]);
    expect(whole.out.startsWith(out)).toBe(true);
    expect(whole.out.slice(out.length)).toMatch(/^\n\d Deployments? in 1 file: .*\n$/);
  });

  it('prints nothing when there is nothing to report', async () => {
    const silent = { code: 0, out: '', err: '' };
    expect(await hitless(['-q', 'check', 'test/cli/check-says-so-when-all-is-well'])).toEqual(silent);
    expect(await hitless(['check', '-q', '-'])).toEqual(silent);
    expect((await hitless(['check', '-'])).err).toContain('nothing to do');
  });

  it('still says what went wrong', async () => {
    const missing = await hitless(['check', '-q', 'nowhere.yaml']);
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('nowhere.yaml') });
    const empty = await hitless(['check', '-q', '--require-input', '-']);
    expect(empty).toMatchObject({ code: 2, err: expect.stringContaining('no workload') });
  });

  it('leaves only the diff of fix', async () => {
    const { out, err } = await hitless(['fix', web, '-q']);
    expect(out).toBe((await hitless(['fix', web])).out);
    expect(err).toBe('');
  });
});

describe('the command name', () => {
  it.each([
    [['check', 'x'], 'check'],
    [['--quiet', 'verify'], 'verify'],
    [['--color', 'never', '-q', 'verify'], 'verify'],
    [['--color=never', 'verify'], 'verify'],
    [['--color', 'never'], undefined],
    [[], undefined],
  ])('of %j is %s', (args, verb) => expect(verbOf(args)).toBe(verb));

  it('is found before flags of all commands, so that verify has its command', () => {
    const words = splitCommand(['--color', 'never', 'verify', '--url', 'http://localhost', '--', 'make', '-q']);
    expect(words.command).toEqual(['make', '-q']);
  });
});

describe('version', () => {
  it('says what hitless runs on', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const { out, code } = await hitless(['version', '-o', 'json']);
    const { platform, arch, versions } = process;
    expect({ code, ...JSON.parse(out) }).toEqual({ code: 0, version, node: versions.node, platform, arch });
    const text = (await hitless(['version'])).out;
    expect(text).toBe(`hitless ${version}\nNode.js ${versions.node} on ${platform}, ${arch}\n`);
  });

  it('says what an image was built from', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hitless-build-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const factsOf = (env: Record<string, string>) => {
      const file = join(folder, 'build.json');
      expect(spawnSync(process.execPath, ['image/build-facts.ts', file], { env }).status).toBe(0);
      return JSON.parse(readFileSync(file, 'utf8'));
    };
    const whole = factsOf({ REVISION: 'f00d', RUNTIME_IMAGE: 'example.com/node:24' });
    expect(whole).toEqual({ kind: 'image', revision: 'f00d', base: 'example.com/node:24' });
    expect(buildLine(whole)).toBe('image, built from revision f00d, on example.com/node:24');
    expect(buildLine(factsOf({ REVISION: '' }))).toBe('image');
  });
});
