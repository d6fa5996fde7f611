// `fix --write` on real files: what it replaces, and what it leaves alone.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/files/replace.ts';
import { hitless } from '../support/hitless.ts';

const web = readFileSync('test/cli/fix-shows-a-diff/web.yaml', 'utf8');
let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-write-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

describe('fix --write', () => {
  it('replaces a file, keeps its mode, and leaves nothing else behind', async () => {
    writeFileSync(at('web.yaml'), web, { mode: 0o640 });
    expect(await hitless(['fix', '--write', folder])).toMatchObject({
      code: 0,
      err: expect.stringContaining('1 Deployment of 1 in 1 file changed'),
    });
    expect(readFileSync(at('web.yaml'), 'utf8')).toContain('preStop:');
    expect(statSync(at('web.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['web.yaml']);
    expect(await hitless(['check', folder])).toMatchObject({ code: 0 });
  });

  it('does not touch a file with nothing to edit', async () => {
    writeFileSync(at('web.yaml'), web);
    await hitless(['fix', '--write', folder]);
    const { mtimeNs, ino } = statSync(at('web.yaml'), { bigint: true });
    expect(await hitless(['fix', '--write', folder])).toMatchObject({ code: 0 });
    expect(statSync(at('web.yaml'), { bigint: true })).toMatchObject({ mtimeNs, ino });
  });

  it('replaces the file that a symbolic link leads to', async () => {
    writeFileSync(at('real.txt'), web);
    symlinkSync('real.txt', at('link.yaml'));
    expect(await hitless(['fix', '--write', at('link.yaml')])).toMatchObject({ code: 0 });
    expect(lstatSync(at('link.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('real.txt'), 'utf8')).toContain('preStop:');
  });

  it('does not leave the folder through links, and says so', async () => {
    for (const name of ['given', 'elsewhere']) mkdirSync(at(name));
    writeFileSync(at('elsewhere/web.yaml'), web);
    writeFileSync(at('elsewhere/one.yaml'), web.replace('name: web', 'name: one'));
    symlinkSync('../elsewhere', at('given/folder'));
    symlinkSync('../elsewhere/one.yaml', at('given/a.yaml'));
    const { code, err } = await hitless(['fix', '--write', at('given')]);
    expect(code).toBe(2);
    for (const [link, real] of [
      ['given/a.yaml', 'elsewhere/one.yaml'],
      ['given/folder/web.yaml', 'elsewhere/web.yaml'],
    ])
      expect(err).toContain(
        `${at(link ?? '')}: not written: a link leads to ${realpathSync(at(real ?? ''))}, outside of the`,
      );
    expect(readFileSync(at('elsewhere/web.yaml'), 'utf8')).toBe(web);
    expect(await hitless(['fix', '--write', at('given'), at('elsewhere')])).toMatchObject({ code: 0 });
    expect(readFileSync(at('elsewhere/web.yaml'), 'utf8')).toContain('preStop:');
  });

  it.skipIf(process.getuid?.() === 0)('tells of a file that it may not write, and writes the others', async () => {
    writeFileSync(at('locked.yaml'), web, { mode: 0o444 });
    writeFileSync(at('open.yaml'), web);
    const { code, err } = await hitless(['fix', '--write', folder]);
    expect(code).toBe(2);
    expect(err).toContain(`${at('locked.yaml')}: not written: no permission`);
    expect(readFileSync(at('open.yaml'), 'utf8')).toContain('preStop:');
  });
});

describe('fix that could not edit everything', () => {
  it('does not say that there was nothing to edit', async () => {
    const { code, err } = await hitless(['fix', '--write', '-'], web);
    expect(code).toBe(2);
    expect(err).toContain('not written: standard input cannot be written in place');
    expect(err).toContain('1 Deployment could not be edited: the lines above say why.');
    expect(err).not.toContain('Nothing to edit');
  });
});

describe('a file that is replaced', () => {
  it('is left alone when somebody else changed it meanwhile', () => {
    writeFileSync(at('web.yaml'), 'theirs\n');
    expect(() => replaceFile(at('web.yaml'), 'before\n', 'after\n')).toThrow('changed in the meantime');
    expect(readFileSync(at('web.yaml'), 'utf8')).toBe('theirs\n');
    expect(readdirSync(folder)).toEqual(['web.yaml']);
  });

  it('is left alone when the new one cannot take its place', () => {
    expect(() => replaceFile(at('nowhere.yaml'), '', 'after\n')).toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a manifest read back from a cluster that hitless patched', () => {
  it('has nothing left to edit', async () => {
    const { out } = await hitless(['fix', '--stdout', 'test/cli/fix-shows-a-diff/web.yaml']);
    const record = JSON.stringify({
      'containers[web].lifecycle.preStop.sleep': { seconds: 10 },
      'spec.template.spec.containers[web].lifecycle.preStop.sleep': { seconds: 10 },
    });
    const stored = out.replace(
      '  namespace: shop\n',
      `  namespace: shop\n  resourceVersion: "1"\n  annotations:\n    hitless.dev/injected: '${record}'\n`,
    );
    expect(await hitless(['check', '-'], stored)).toMatchObject({ code: 0 });
    expect(await hitless(['fix', '-'], stored)).toMatchObject({ code: 0, out: '' });
  });
});
