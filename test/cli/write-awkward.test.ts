// `fix --write` on files that are more than their text: other names, attributes, rights, and disks that are full.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hitless } from '../support/hitless.ts';

const web = readFileSync('test/cli/fix-shows-a-diff/web.yaml', 'utf8');
const root = process.getuid?.() === 0;
let folder = '';
const at = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(at(name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hitless-awkward-'));
});
afterEach(() => {
  for (const place of mounted.splice(0)) spawnSync('umount', [place]);
  rmSync(folder, { recursive: true });
});

const mounted: string[] = [];
function mount(place: string, ...args: string[]): boolean {
  const { status } = spawnSync('mount', [...args, place]);
  if (status === 0) mounted.push(place);
  return status === 0;
}

/** Node.js knows no extended attributes, Python does. Undefined where there is no Python, or no file system with them. */
function python(program: string): string | undefined {
  const { status, stdout } = spawnSync('python3', ['-c', `import os\n${program}`], { encoding: 'utf8', cwd: folder });
  return status === 0 ? stdout.trim() : undefined;
}

describe('a file that fix --write rewrites', () => {
  it('says so when it has other names, which keep the old contents', async () => {
    writeFileSync(at('web.yaml'), web);
    linkSync(at('web.yaml'), at('backup'));
    const { code, err } = await hitless(['fix', '--write', at('web.yaml')]);
    expect(code).toBe(0);
    expect(err).toContain(
      `${at('web.yaml')}: written, but its other name (a hard link) still has the old contents: they are separate files now\n`,
    );
    expect([text('web.yaml').includes('preStop:'), text('backup')]).toEqual([true, web]);
  });

  it('counts its other names', async () => {
    writeFileSync(at('web.yaml'), web);
    for (const name of ['one', 'two']) linkSync(at('web.yaml'), at(name));
    expect((await hitless(['fix', '--write', at('web.yaml')])).err).toContain('its 2 other names (hard links) still');
  });

  it('keeps extended attributes and the access control list', async ({ skip }) => {
    writeFileSync(at('web.yaml'), web, { mode: 0o640 });
    // An entry for user 1000: version 2, then tag, permissions and id of each.
    const list = `import struct
acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *e) for e in [(1,6,2**32-1),(2,4,1000),(4,4,2**32-1),(16,4,2**32-1),(32,0,2**32-1)])`;
    if (
      python(
        `${list}\nos.setxattr('web.yaml', 'user.owner', b'shop')\nos.setxattr('web.yaml', 'system.posix_acl_access', acl)`,
      ) === undefined
    )
      skip('no Python, or no extended attributes on this file system');
    const all = `print(sorted((name, os.getxattr('web.yaml', name)) for name in os.listxattr('web.yaml')))`;
    const before = python(all);
    expect(before).toContain('posix_acl');
    const { code, err } = await hitless(['fix', '--write', at('web.yaml')]);
    expect([code, err.includes('written, but')]).toEqual([0, false]);
    expect(text('web.yaml')).toContain('preStop:');
    expect(python(all)).toBe(before);
  });

  it('says so where no program can copy them', async ({ skip }) => {
    if (process.platform === 'win32') skip('there are none');
    writeFileSync(at('web.yaml'), web, { mode: 0o640 });
    const { PATH } = process.env;
    onTestFinished(() => {
      process.env.PATH = PATH;
    });
    process.env.PATH = folder;
    const { code, err } = await hitless(['fix', '--write', at('web.yaml')]);
    expect(code).toBe(0);
    expect(err).toContain('written, but its access control lists and extended attributes, if it had any, are lost');
    expect(statSync(at('web.yaml')).mode & 0o7777).toBe(0o640);
  });

  it.skipIf(!root)('keeps its owner', async () => {
    writeFileSync(at('web.yaml'), web);
    chownSync(at('web.yaml'), 1234, 5678);
    expect(await hitless(['fix', '--write', at('web.yaml')])).toMatchObject({ code: 0 });
    expect(statSync(at('web.yaml'))).toMatchObject({ uid: 1234, gid: 5678 });
  });

  it('may have a name as long as names can be', async () => {
    const name = `${'w'.repeat(250)}.yaml`;
    writeFileSync(at(name), web);
    expect(await hitless(['fix', '--write', at(name)])).toMatchObject({ code: 0 });
    expect(text(name)).toContain('preStop:');
  });

  it('is whole after several at once: each writes all of it, or says that another one did', async () => {
    writeFileSync(at('web.yaml'), web);
    const all = await Promise.all(
      [1, 2, 3].map(() => once(spawn(process.execPath, ['src/cli.ts', 'fix', '--write', folder]), 'exit')),
    );
    expect(all.every(([code]) => code === 0 || code === 2)).toBe(true);
    expect(readdirSync(folder)).toEqual(['web.yaml']);
    expect(await hitless(['check', folder])).toMatchObject({ code: 0 });
  });
});

describe('a file that fix --write cannot rewrite', () => {
  /** As a user who is not root, who else may write everywhere. */
  function asNobody(...args: string[]) {
    const { status, stderr } = spawnSync(process.execPath, ['src/cli.ts', ...args], {
      uid: 65534,
      gid: 65534,
      encoding: 'utf8',
    });
    return { code: status, err: stderr };
  }

  it.skipIf(!root)(
    'stands in a folder without the right to write: that is told, and nothing is left behind',
    ({ skip }) => {
      writeFileSync(at('web.yaml'), web, { mode: 0o666 });
      chmodSync(at('web.yaml'), 0o666);
      chmodSync(folder, 0o755);
      const { code, err } = asNobody('fix', '--write', at('web.yaml'));
      if (code !== 2 || !err.includes('web.yaml')) skip(`nobody cannot run Node.js here: ${err.slice(0, 200)}`);
      expect(err).toContain('web.yaml: not written: no permission to write in its folder');
      expect([text('web.yaml'), readdirSync(folder)]).toEqual([web, ['web.yaml']]);
    },
  );

  it.skipIf(!root)('may be written by us but belong to another: that is told', ({ skip }) => {
    writeFileSync(at('web.yaml'), web);
    chmodSync(at('web.yaml'), 0o666);
    chmodSync(folder, 0o777);
    const { code, err } = asNobody('fix', '--write', at('web.yaml'));
    if (code !== 0) skip(`nobody cannot run Node.js here: ${err.slice(0, 200)}`);
    expect(err).toContain('written, but its owner was 0:0 and is 65534:65534 now');
  });

  it.skipIf(!root)('stands on a full disk: that is told, and nothing is left behind', async ({ skip }) => {
    mkdirSync(at('disk'));
    if (!mount(at('disk'), '-t', 'tmpfs', '-o', 'size=64k', 'none')) skip('no file system can be mounted here');
    const large = `${web}# ${'x'.repeat(40_000)}\n`;
    writeFileSync(at('disk/web.yaml'), large);
    const { code, err } = await hitless(['fix', '--write', at('disk')]);
    expect(code).toBe(2);
    expect(err).toContain('web.yaml: not written: no space left on the disk');
    expect([text('disk/web.yaml'), readdirSync(at('disk'))]).toEqual([large, ['web.yaml']]);
  });

  it.skipIf(!root)('is mounted there by itself: that is told', async ({ skip }) => {
    writeFileSync(at('real.yaml'), web);
    writeFileSync(at('web.yaml'), '');
    if (!mount(at('web.yaml'), '--bind', at('real.yaml'))) skip('nothing can be mounted here');
    const { code, err } = await hitless(['fix', '--write', at('web.yaml')]);
    expect(code).toBe(2);
    expect(err).toContain('web.yaml: not written: it is in use, or is a mount point itself: use --stdout');
    expect(text('real.yaml')).toBe(web);
  });
});

describe('an input without end', () => {
  it.skipIf(process.platform === 'win32')('is given up, and the others are read', async () => {
    symlinkSync('/dev/zero', at('zero.yaml'));
    writeFileSync(at('web.yaml'), web);
    const { code, err, out } = await hitless(['check', at('zero.yaml'), at('web.yaml')]);
    expect(code).toBe(2);
    expect(err).toContain('zero.yaml: it is larger than 64 MiB: split it');
    expect(out).toContain('1 Deployment in 1 file');
  });
});
