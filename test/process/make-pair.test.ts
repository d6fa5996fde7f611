import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPair } from '../../src/certificates/pair.ts';
import { temporaryFolder } from '../support/pair.ts';

const script = new URL('../../certs/make-pair.ts', import.meta.url).pathname;
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

test('without a folder it says how it is used', () => {
  expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining('usage: node certs/make-pair.ts DIR') });
});
