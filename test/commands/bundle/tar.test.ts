// The archive as the program tar reads it.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArchivedFile, tarOf } from '../../../src/commands/bundle/tar.ts';
import { temporaryFolder } from '../../support/pair.ts';

const at = new Date('2026-11-30T12:34:56.789Z');
const file = (path: string, text: string): ArchivedFile => ({ path, contents: Buffer.from(text) });

async function tar(files: readonly ArchivedFile[], ...args: readonly string[]) {
  const archive = join(await temporaryFolder(), 'made.tar');
  writeFileSync(archive, tarOf(files, at));
  const { stdout, stderr, status } = spawnSync('tar', ['-f', archive, ...args], { encoding: 'buffer' });
  expect({ status, err: stderr.toString() }).toEqual({ status: 0, err: '' });
  return stdout;
}

describe('an archive', () => {
  it('has its files in their order, of one time, for their owner alone', async () => {
    const files = [file('z/b.txt', 'b'), file('z/a.txt', ''), file('z/c.txt', 'c'.repeat(512))];
    const rows = `${await tar(files, '-tv', '--utc', '--full-time', '--numeric-owner')}`.trimEnd().split('\n');
    expect(rows.map((row) => row.replace(/ +/g, ' '))).toEqual([
      '-rw------- 0/0 1 2026-11-30 12:34:56 z/b.txt',
      '-rw------- 0/0 0 2026-11-30 12:34:56 z/a.txt',
      '-rw------- 0/0 512 2026-11-30 12:34:56 z/c.txt',
    ]);
  });

  it.each([98, 99, 100, 101, 102, 255, 256, 990, 991, 992, 1200])('holds a path of %i characters', async (length) => {
    const path = `${'long/'.repeat(300)}`.slice(0, length - 1).replace(/\/$/, 'x');
    const name = `${path}y`;
    expect(name).toHaveLength(length);
    const files = [file(name, 'first'), file('next', 'second')];
    expect(`${await tar(files, '-t')}`).toBe(`${name}\nnext\n`);
    expect(`${await tar(files, '-xO', name)}`).toBe('first');
  });

  it('gives back every byte', async () => {
    const contents = fc.uint8Array({ maxLength: 1600 });
    await fc.assert(
      fc.asyncProperty(fc.array(contents, { minLength: 1, maxLength: 4 }), async (all) => {
        const files = all.map((one, index) => ({ path: `file-${index}`, contents: one }));
        expect([...(await tar(files, '-xO'))]).toEqual(all.flatMap((one) => [...one]));
      }),
      { numRuns: 25 },
    );
  });

  it('of nothing is one', async () => {
    expect(`${await tar([], '-t')}`).toBe('');
  });
});
