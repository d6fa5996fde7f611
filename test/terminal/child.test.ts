// A command as a child of a real process: its streams, its end, its signals.

import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../support/pair.ts';

// These end what hangs: each of them starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const program = fileURLToPath(new URL('../support/verify/run-command.ts', import.meta.url));

interface Parent {
  readonly child: ChildProcess;
  readonly said: { out: string; err: string };
  readonly ended: Promise<void>;
}

function parent(words: readonly string[], stdout: 'out' | 'err' = 'out', input = ''): Parent {
  const child = spawn(process.execPath, [program, stdout, ...words], { stdio: 'pipe' });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    said.out += data;
  });
  child.stderr.on('data', (data) => {
    said.err += data;
  });
  child.stdin.end(input);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { child, said, ended };
}

async function run(...args: Parameters<typeof parent>) {
  const { said, ended } = parent(...args);
  await ended;
  return said;
}

it('has the streams of its parent, and its exit code is told', async () => {
  const said = await run(['sh', '-c', 'cat; echo complaint >&2; exit 7'], 'out', 'a line\n');
  expect(said).toEqual({ out: 'a line\n', err: 'complaint\n{"exitCode":7}' });
});

it('writes to standard error when standard output is for something else', async () => {
  expect(await run(['echo', 'said'], 'err')).toEqual({ out: '', err: 'said\n{"exitCode":0}' });
});

it('gets its arguments as they are: no shell reads them', async () => {
  const words = ['printf', '%s|', 'a b', '$HOME', "'", '*', ''];
  expect((await run(words)).out).toBe("a b|$HOME|'|*||");
});

it('that is ended by a signal is told as a shell tells it', async () => {
  expect((await run(['sh', '-c', 'kill -TERM $$'])).err).toBe('{"exitCode":143,"signal":"SIGTERM"}');
});

it.each([
  ['no-such-program-at-all', 127, 'no such program'],
  ['/no/such/folder/program', 127, 'no such program'],
  ['/', 126, 'permission denied'],
])('%s cannot be started: %d', async (file, exitCode, why) => {
  const { err } = await run([file, 'argument']);
  expect(JSON.parse(err)).toEqual({ exitCode, reason: `${file}: ${why}` });
});

it('a file that may not be executed cannot be started', async () => {
  const file = join(await temporaryFolder(), 'script.sh');
  await writeFile(file, '#!/bin/sh\n', { mode: 0o644 });
  expect(JSON.parse((await run([file])).err)).toEqual({ exitCode: 126, reason: `${file}: permission denied` });
});

it.each([
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
] as const)('gets the %s of its parent, which waits for its end', async (signal) => {
  const script = `trap 'echo cleaned; exit 9' ${signal.slice(3)}; echo ready; n=0; while [ $n -lt 2000 ]; do n=$((n+1)); sleep 0.05; done`;
  const { child, said, ended } = parent(['sh', '-c', script]);
  await expect.poll(() => said.out, { timeout: 200_000 }).toBe('ready\n');
  child.kill(signal);
  await ended;
  expect(said).toEqual({ out: 'ready\ncleaned\n', err: '{"exitCode":9}' });
});

it('that ignores a signal gets the next one as well', async () => {
  const script = `n=0; trap 'n=$((n+1)); echo $n; [ $n = 2 ] && exit 0' INT; echo ready; i=0; while [ $i -lt 2000 ]; do i=$((i+1)); sleep 0.05; done`;
  const { child, said, ended } = parent(['sh', '-c', script]);
  await expect.poll(() => said.out, { timeout: 200_000 }).toBe('ready\n');
  child.kill('SIGINT');
  await expect.poll(() => said.out, { timeout: 200_000 }).toContain('1');
  child.kill('SIGINT');
  await ended;
  expect(said.out).toBe('ready\n1\n2\n');
});
