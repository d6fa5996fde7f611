// `hitless verify --url URL -- COMMAND` against a server that a test plays: nothing of a cluster is there.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { VerifyResult } from '../../../src/measurement/verify/result.ts';
import { hitless } from '../../support/hitless.ts';
import { temporaryFolder } from '../../support/pair.ts';

const program = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

// These end what hangs: each of them starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

/** Answers with this status, until a command asks for another. */
let state: { status: number; requests: number } = { status: 200, requests: 0 };
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    state.requests += 1;
    if (request.url === '/break') state.status = 503;
    response.writeHead(request.url === '/' ? state.status : 200).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const flagsOf = (flags: readonly string[], command: readonly string[]) => {
  state = { status: 200, requests: 0 };
  const act = command.length === 0 ? [] : ['--', ...command];
  const load = ['--traffic', 'get-new', '--rate', '20', '--timeout', '60'];
  return ['verify', '--url', `${url}/`, ...load, '--settle', '0', ...flags, ...act];
};

/** Within this process, for commands that say nothing. */
function wrapped(command: readonly string[], ...flags: readonly string[]) {
  return hitless(flagsOf(flags, command));
}

/** No kubeconfig, no home: who needs a cluster fails. */
function start(flags: readonly string[], command: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: '/nowhere', KUBECONFIG: '/nowhere/config' };
  const child = spawn(process.execPath, [program, ...flagsOf(flags, command)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    said.out += data;
  });
  child.stderr.on('data', (data) => {
    said.err += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, said, ended };
}

async function alone(command: readonly string[], ...flags: readonly string[]) {
  const { said, ended } = start(flags, command);
  return { code: await ended, ...said };
}

/** A program that asks the server for this, and ends with `code`. */
const asking = (path: string, code = 0) => [
  process.execPath,
  '-e',
  `fetch('${url}${path}').then(() => setTimeout(() => process.exit(${code}), 300))`,
];

describe('the exit code', () => {
  it('is 0 when nothing is lost and the command succeeds', async () => {
    const { code, out, err } = await alone(['sh', '-c', 'echo said; echo complained >&2; sleep 0.5']);
    expect(code).toBe(0);
    expect(out).toMatch(/^said\n/);
    expect(err).toContain('\ncomplained\n');
    expect(out).toMatch(/0 of \d+ lost while the command ran\.\nThe command exited with code 0\.\n$/);
  });

  it('is 3 when the command fails, whose own code is told', async () => {
    const { code, out } = await wrapped(['sh', '-c', 'exit 7']);
    expect(code).toBe(3);
    expect(out).toContain('The command exited with code 7.');
  });

  it('is 1 when requests are lost, whatever the command says', async () => {
    for (const own of [0, 7]) {
      const { code, out } = await wrapped(asking('/break', own));
      expect(code).toBe(1);
      expect(out).toContain(`The command exited with code ${own}.`);
      expect(out).toMatch(/[1-9]\d* of \d+ lost while the command ran; longest gap/);
    }
  });

  it('is 0 when no more are lost than may be', async () => {
    expect((await wrapped(asking('/break'), '--max-lost', '100000')).code).toBe(0);
  });

  it('is 127 or 126 when the command cannot be started, and no verdict is given', async () => {
    const missing = await wrapped(['no-such-program-at-all'], '-o', 'json');
    expect(missing.code).toBe(127);
    expect(missing.err).toContain('the command was not started: no-such-program-at-all: no such program');
    expect(JSON.parse(missing.out)).toMatchObject({
      verdict: 'unknown',
      rollouts: [],
      during: { exitCode: 127, reason: 'no-such-program-at-all: no such program' },
    });
    expect((await wrapped(['/'])).code).toBe(126);
  });

  it('is 2 when nothing answers, and the command is never run', async () => {
    const folder = await temporaryFolder();
    const { code, err } = await wrapped(
      ['touch', join(folder, 'touched')],
      '--url',
      'http://127.0.0.1:9/',
      '--timeout',
      '1',
    );
    expect(code).toBe(2);
    expect(err).not.toContain('running');
    await expect(readFile(join(folder, 'touched'))).rejects.toThrow('ENOENT');
  });
});

describe('a result that a program reads', () => {
  it('has standard output for itself; what the command writes there goes to standard error', async () => {
    const { code, out, err } = await alone(['sh', '-c', 'echo said; sleep 0.2; exit 4'], '-o', 'json');
    expect(code).toBe(3);
    const { verdict, during, target, versions, from } = JSON.parse(out) as VerifyResult;
    expect({ verdict, during, target, from }).toEqual({
      verdict: 'passed',
      during: { command: 'sh ...', exitCode: 4, seconds: expect.any(Number) },
      target: undefined,
      from: 'here',
    });
    expect(versions).not.toHaveProperty('kubernetes');
    expect(err).toContain('\nsaid\n');
  });

  it('has both outcomes in JUnit, as two cases', async () => {
    const { out } = await wrapped(asking('/break', 5), '-o', 'junit');
    expect(out.match(/<failure /g)).toHaveLength(2);
    expect(out).toContain('type="command-failed"');
    expect(out).toContain('the command exited with code 5');
    expect(out).toContain('name="requests while the command ran"');
  });

  it('and in Markdown', async () => {
    const { out } = await wrapped(asking('/break', 5), '-o', 'markdown');
    expect(out).toContain(`### hitless verify, ${url}/: requests were lost\n`);
    expect(out).toMatch(/exited with code 5\.\n/);
    expect(out).toMatch(/\| requests while the command ran \| \d+ \| \d+ \|/);
  });

  it('and in the report', async () => {
    const file = join(await temporaryFolder(), 'report.html');
    const { code } = await wrapped(asking('/break', 5), '--report', file);
    expect(code).toBe(1);
    const page = await readFile(file, 'utf8');
    expect(page).toContain('exited with code 5');
    expect(page).toContain('while the command ran');
    expect(page).toContain('seconds since the measurement began');
    expect(page).not.toContain('since the rollout began');
  });

  it('keeps the flags of the command to itself: they may be secret', async () => {
    const { out, err } = await wrapped(['true', 'release', '--set', 'password=hunter2'], '-o', 'json');
    expect(JSON.parse(out).command).toMatch(/ -- true release \.\.\.$/);
    expect(out + err).not.toContain('hunter2');
  });
});

describe('the causes of losses that nobody watched', () => {
  it('are not made up', async () => {
    const { out } = await wrapped(asking('/break'), '-o', 'json');
    const { causes, advice, lost } = JSON.parse(out) as VerifyResult;
    expect(causes).toEqual({ 'answered-error': lost });
    expect(advice.map(({ text }) => text)).toEqual([expect.stringContaining('name the workload')]);
  });
});

describe('a command', () => {
  it('with flags that hitless has too gets them', async () => {
    const { out } = await alone(['echo', '--url', 'x', '--help', '--', '-o']);
    expect(out).toMatch(/^--url x --help -- -o\n/);
  });

  it('that hangs is ended by timeout, and that is told', async () => {
    const { code, out } = await wrapped(['timeout', '1', 'sleep', '600']);
    expect(code).toBe(3);
    expect(out).toContain('The command exited with code 124.');
  });

  it('gets Ctrl-C, and what was measured is told', async () => {
    // It ends by itself where the test does not get so far.
    const script = `trap 'echo cleaned; exit 130' INT; echo ready; n=0; while [ $n -lt 2000 ]; do n=$((n+1)); sleep 0.05; done`;
    const { child, said, ended } = start([], ['sh', '-c', script]);
    await expect.poll(() => said.out, { timeout: 200_000 }).toBe('ready\n');
    child.kill('SIGINT');
    expect(await ended).toBe(3);
    expect(said.out).toMatch(/^ready\ncleaned\n/);
    expect(said.out).toContain('interrupted before the measurement was complete');
    expect(said.out).toContain('The command exited with code 130.');
    expect(said.out).toMatch(/0 of [1-9]\d* lost while the command ran/);
  });

  it('is measured for --settle seconds after its end', async () => {
    const { code, out } = await wrapped(['true'], '--settle', '2', '-o', 'json');
    expect(code).toBe(0);
    const [one] = (JSON.parse(out) as VerifyResult).rollouts;
    // Two seconds before, and two after.
    expect(one?.durationMs).toBeGreaterThanOrEqual(3900);
  });
});

it('--for measures without a command', async () => {
  const { code, out } = await wrapped([], '--for', '1', '-o', 'json');
  expect(code).toBe(0);
  const { during, sent, verdict } = JSON.parse(out) as VerifyResult;
  expect({ during, verdict }).toEqual({ during: { seconds: 1 }, verdict: 'passed' });
  // Three seconds, two of them before.
  expect(sent).toBeGreaterThanOrEqual(59);
});

describe('verify refuses', () => {
  it.each([
    [['--', 'true'], 'no address: name a workload'],
    [['--url', 'http://shop/'], 'nothing to measure: name a workload'],
    [['--url', 'http://shop/', '--'], 'there is no command after --'],
    [['deployment/a', 'deployment/b', '--url', 'http://shop/', '--', 'true'], 'found deployment/a deployment/b'],
    [['deployment/web', 'kubectl', 'drain', '--url', 'http://shop/'], 'a command comes after --'],
    [['deployment/web', '--restart', '--', 'true'], '--restart starts a rollout by itself'],
    [['deployment/web', '--rollouts', '2', '--', 'true'], '--rollouts counts rollouts'],
    [['--url', 'http://shop/', '--for', '3', '--', 'true'], '--for measures without a command'],
    [['deployment/web', '--service', 'web:80:81', '--', 'true'], '--service must be a name such as web, web:80'],
    [
      ['--url', 'http://shop/', '--service', 'web', '--', 'true'],
      "'--service <name>' cannot be used with option '--url <url>'",
    ],
    [['--url', 'shop', '--', 'true'], '--url must be an address'],
  ])('%j', async (flags, words) => {
    const { code, out, err } = await hitless(['verify', ...flags]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });
});
