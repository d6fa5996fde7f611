// A log that nobody reads, a full disk, a reader that has gone: calls are answered all the same, and the process can be ended.

import { spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import { eventually, pairNamed, temporaryFolder, writePair } from '../../support/pair.ts';
import { callPlain, keptConnections, type Running, review, stop } from '../../support/process.ts';

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');
const cli = new URL('../../../src/cli.ts', import.meta.url).pathname;

type Target = Pick<Running, 'child' | 'ended' | 'port' | 'plainPort' | 'ca'>;

const running: Target[] = [];
afterAll(async () => {
  for (const server of running) await stop(server);
});

/** On ports of the test's choice: the log, which usually tells them, is not read. `stdout` as for spawn. */
async function started(
  stdout: 'pipe' | number,
  command: (args: readonly string[]) => readonly string[] = (args) => args,
) {
  const pair = await pairNamed('first.test');
  const { cert, key } = await writePair(await temporaryFolder(), pair);
  const [port, plainPort] = [await freePort(), await freePort()];
  const listen = ['--listen', `127.0.0.1:${port}`, '--plain-listen', `127.0.0.1:${plainPort}`];
  const limits = ['--max-event-loop-delay-ms', '60000'];
  const [program = '', ...args] = command([
    process.execPath,
    cli,
    'serve',
    ...listen,
    ...limits,
    '--tls-cert',
    cert,
    '--tls-key',
    key,
  ]);
  const child = spawn(program, args, {
    stdio: ['ignore', stdout, 'inherit'],
    env: { PATH: process.env.PATH, HITLESS_WARM_UP_CALLS: '0' },
  });
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? String(signal))),
  );
  const server = { child, ended, port, plainPort, ca: pair.ca };
  running.push(server);
  const up = await eventually(
    () => callPlain(server, '/livez').catch(() => undefined),
    (answer) => answer !== undefined,
    60_000,
  );
  expect(up?.status).toBe(200);
  return server;
}

async function dropped(server: Target): Promise<number> {
  const line = /^hitless_log_lines_dropped_total (\d+)/m.exec((await callPlain(server, '/metrics')).body);
  return Number(line?.[1]);
}

/** Calls until lines are dropped, which is after some thousands; gives all statuses. */
async function callUntilDropped(server: Target): Promise<ReadonlySet<number>> {
  return new Set((await answersUntilDropped(server)).keys());
}

/** How many answers had each status. */
async function answersUntilDropped(server: Target): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  const agent = keptConnections(8);
  for (let calls = 0; calls < 20_000 && (await dropped(server)) === 0; calls += 500) {
    const answers = await Promise.all(Array.from({ length: 500 }, () => review(server, create, { agent })));
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  agent.destroy();
  return statuses;
}

const timeout = 180_000;

test('a pipe that nobody reads', { timeout }, async () => {
  const server = await started('pipe');
  expect([...(await callUntilDropped(server))]).toEqual([200]);
  expect(await dropped(server)).toBeGreaterThan(0);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});

test(
  'a pipe that is read again after a while: every line is whole, and one says in their place how many were lost',
  {
    timeout,
  },
  async () => {
    const server = await started('pipe');
    const statuses = await answersUntilDropped(server);
    expect([...statuses.keys()]).toEqual([200]);
    const lost = await dropped(server);
    let output = '';
    server.child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    await eventually(
      () => output,
      (text) => text.includes('lines were lost'),
    );
    await review(server, create);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    await eventually(
      () => output,
      (text) => text.includes('all calls answered'),
    );
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const messages = lines.map(({ message }) => message);
    expect(messages[0]).toBe('certificate loaded');
    expect(messages.slice(-4)).toEqual([
      'log lines were lost here, because the log could not be written',
      'admission review',
      'shutting down: readiness off, draining connections',
      'all calls answered, exiting',
    ]);
    // Each call has a line, or is among those that were lost.
    expect(lines.at(-4)).toMatchObject({ level: 'error', lines: lost });
    const reviews = messages.filter((message) => message === 'admission review').length;
    expect(reviews + lost).toBe((statuses.get(200) ?? 0) + 1);
  },
);

test('a pipe that nobody reads: what is kept of the log is bounded, however many lines come', { timeout }, async () => {
  const server = await started('pipe');
  await callUntilDropped(server);
  const before = await dropped(server);
  const agent = keptConnections(8);
  const statuses: number[] = [];
  for (let calls = 0; calls < 4_000; calls += 500) {
    const answers = await Promise.all(Array.from({ length: 500 }, () => review(server, create, { agent })));
    statuses.push(...answers.map(({ status }) => status));
  }
  agent.destroy();
  expect(statuses.every((status) => status === 200)).toBe(true);
  // Not one of these lines was kept.
  expect((await dropped(server)) - before).toBe(4_000);
});

test('a disk that is full', { timeout }, async () => {
  const server = await started(openSync('/dev/full', 'w'));
  expect([...(await callUntilDropped(server))]).toEqual([200]);
  expect(await dropped(server)).toBeGreaterThan(0);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});

test('a pipe whose reader has gone', { timeout }, async () => {
  const server = await started('pipe');
  server.child.stdout?.destroy();
  expect([...(await callUntilDropped(server))]).toEqual([200]);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});

const script = spawnSync('script', ['--version']).status === 0;
test.skipIf(!script)('a terminal whose other end nobody reads (needs script)', { timeout }, async () => {
  const quoted = (args: readonly string[]) => args.map((arg) => `'${arg}'`).join(' ');
  const server = await started('pipe', (args) => ['script', '-qec', `exec ${quoted(args)}`, '/dev/null']);
  expect([...(await callUntilDropped(server))]).toEqual([200]);
  expect(await dropped(server)).toBeGreaterThan(0);
});

test('a second signal while the log is not read ends the process at once', { timeout }, async () => {
  const server = await started('pipe');
  await callUntilDropped(server);
  server.child.kill('SIGTERM');
  await eventually(
    () => callPlain(server, '/readyz'),
    ({ status }) => status === 503,
  );
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(143);
});
