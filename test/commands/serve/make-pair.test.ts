import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPair } from '../../../src/certificates/pair.ts';
import { temporaryFolder } from '../../support/pair.ts';

const script = new URL('../../../certs/make-pair.ts', import.meta.url).pathname;
const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
const inFolder = (folder: string) => ({ cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') });

test('certs/make-pair makes a pair that serves, with a key that only its owner reads', async () => {
  const folder = join(await temporaryFolder(), 'new');
  expect(run(folder, 'hitless.hitless.svc', '10.0.0.1').status).toBe(0);
  expect((await readPair(inFolder(folder))).names).toBe('DNS:hitless.hitless.svc, IP Address:10.0.0.1');
  expect(statSync(join(folder, 'tls.key')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'ca.crt'), 'utf8')).toContain('BEGIN CERTIFICATE');
});

test('it keeps what is there, unless told otherwise, and then gives the key its mode', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tls.key'), 'mine');
  await chmod(join(folder, 'tls.key'), 0o644);
  const refused = run(folder);
  expect([refused.status, refused.stderr]).toEqual([
    1,
    `${join(folder, 'tls.key')} exists already: --force replaces it\n`,
  ]);
  expect(readFileSync(join(folder, 'tls.key'), 'utf8')).toBe('mine');
  expect(run(folder, '--force').status).toBe(0);
  expect((await readPair(inFolder(folder))).names).toContain('DNS:localhost');
  expect(statSync(join(folder, 'tls.key')).mode & 0o777).toBe(0o600);
});

const usage = expect.stringContaining('usage: npx node certs/make-pair.ts DIR');

test('asked for help, it says how it is used', () => {
  expect(run('--help')).toMatchObject({ status: 0, stdout: usage, stderr: '' });
});

test.each([
  { args: [], says: /^make-pair: the folder is missing\n/ },
  { args: ['x', '--days', '3'], says: /^make-pair: Unknown option '--days'/ },
  { args: ['x', 'bad name', 'a.b', 'a..b'], says: /^make-pair: no DNS name and no IP address: "bad name", "a\.\.b"\n/ },
])('$args says what is wrong and how it is used, and makes nothing', ({ args, says }) => {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: usage });
  expect(stderr).toMatch(says);
  expect(existsSync('x')).toBe(false);
});
