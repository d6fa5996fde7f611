import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../src/server/log.ts';
import { eventually, temporaryFolder } from '../support/pair.ts';

async function logFile() {
  const file = join(await temporaryFolder(), 'log');
  return { file: openSync(file, 'w'), text: () => readFileSync(file, 'utf8') };
}

test('a single line is written soon', async () => {
  const { file, text } = await logFile();
  openLog({ level: 'info', file }).info('alone');
  const written = await eventually(text, (found) => found !== '');
  expect(written).toMatch(/^\{"level":"info","time":"[^"]+Z","message":"alone"\}\n$/);
});

test('lines below the level are not written', async () => {
  const { file, text } = await logFile();
  const log = openLog({ level: 'warn', file });
  log.info('quiet');
  log.warn('loud');
  await eventually(text, (found) => found !== '');
  expect(text()).toMatch(/^\{"level":"warn".*"message":"loud"\}\n$/);
});

const url = (file: string) => JSON.stringify(new URL(`../../src/server/${file}.ts`, import.meta.url).href);
const crashing = (how: string) => `
  const { openLog } = await import(${url('log')});
  const { endOnCrash } = await import(${url('signals')});
  const log = openLog({ level: 'info' });
  endOnCrash();
  for (let n = 0; n < 5000; n += 1) log.info({ n }, 'line');
  ${how}`;

test.each([
  {
    what: 'an exception',
    how: "setTimeout(() => { log.info({ n: 5000 }, 'line'); throw new Error('boom'); }, 1)",
    code: 1,
    said: /Error: boom/,
  },
  {
    what: 'a rejection',
    how: "log.info({ n: 5000 }, 'line'); Promise.reject(new Error('bang'))",
    code: 1,
    said: /Error: bang/,
  },
  { what: 'process.exit', how: "log.info({ n: 5000 }, 'line'); process.exit(7)", code: 7, said: undefined },
])('a process that ends by $what loses no line, and says on standard error why it crashed', ({ how, code, said }) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', crashing(how)], {
    encoding: 'utf8',
  });
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(status).toBe(code);
  expect(lines.filter(({ message }) => message === 'line').map(({ n }) => n)).toEqual(
    Array.from({ length: 5001 }, (_, n) => n),
  );
  if (said === undefined) expect(stderr).toBe('');
  else expect(JSON.parse(stderr)).toMatchObject({ level: 'fatal', err: { stack: expect.stringMatching(said) } });
});

test.each([
  { what: 'an exception', how: "setTimeout(() => { throw new Error('x'.repeat(1_000_000)); }, 1)", code: 1 },
  { what: 'an exception that is no error', how: 'setTimeout(() => { throw { stack: 1n }; }, 1)', code: 1 },
  { what: 'process.exit', how: 'process.exit(7)', code: 7 },
])('a process that ends by $what ends also when nobody reads what it says', async ({ how, code }) => {
  const fill =
    "for (let n = 0; n < 20_000; n += 1) log.info({ n }, 'line'); process.stderr.write('x'.repeat(1_000_000));";
  const script = crashing(`${fill} ${how}`);
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
  expect((await once(child, 'exit'))[0]).toBe(code);
  child.stdout.destroy();
  child.stderr.destroy();
});
