// More calls at once than are usual: each of them gets an answer, and one that is refused is decided when its caller comes again.

import { readFileSync } from 'node:fs';
import type { Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../../support/pair.ts';
import { type Answer, callPlain, keptConnections, type Running, review, start, stop } from '../../support/process.ts';

vi.setConfig({ testTimeout: 600_000 });

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');

const running: Running[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await stop(server);
});

async function started(...flags: readonly string[]): Promise<Running> {
  const server = await start({ flags });
  running.push(server);
  return server;
}

/** The sum of all series of that name, or of those with the label. */
async function metric(server: Running, name: string, label = ''): Promise<number> {
  const { body } = await callPlain(server, '/metrics');
  const lines = body.split('\n').filter((line) => line.startsWith(name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Undefined: no answer, nine seconds or more later. The server gives a handshake ten, and on a busy machine 600 take as long. */
async function answerOf(server: Running, agent: Agent): Promise<Answer | undefined> {
  const began = performance.now();
  try {
    return await review(server, create, { agent });
  } catch (error) {
    if (performance.now() - began > 9000) return undefined;
    throw error;
  }
}

function atOnce(server: Running, count: number, agent = keptConnections(count)) {
  return Promise.all(Array.from({ length: count }, () => answerOf(server, agent))).finally(() => agent.destroy());
}

/** A fresh server, and its answers to 600 calls at once. Where the machine was too busy for the handshakes, another one gets them. */
async function sixHundred(...flags: readonly string[]) {
  for (let attempt = 1; ; attempt += 1) {
    const server = await started(...flags);
    const answers = (await atOnce(server, 600)).filter((answer) => answer !== undefined);
    if (answers.length === 600) return { server, answers };
    await stop(server);
    if (attempt === 5) throw new Error(`only ${answers.length} of 600 calls got an answer, and in no attempt all`);
  }
}

const requests = 'hitless_requests_total{';

test('600 calls at once, each on a connection of its own: a decision or a 503 for each, none is lost', async () => {
  const { server, answers } = await sixHundred();
  const decided = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 503);
  expect(decided.length + refused.length).toBe(600);
  // The header goes when refusals have lasted for five seconds, as they may on a busy machine.
  for (const { headers } of refused) expect(headers).toMatchObject({ connection: 'close' });
  if (refused.length > 0) expect(refused.some(({ headers }) => headers['retry-after'] === '1')).toBe(true);
  for (const { body } of decided) expect(JSON.parse(body).response).toMatchObject({ allowed: true });
  expect(await metric(server, requests)).toBe(600);
  expect(await metric(server, requests, 'decision="overloaded"')).toBe(refused.length);
  expect(await metric(server, 'hitless_requests_in_flight')).toBe(0);
  // As an API server does.
  let left = refused.length;
  for (let rounds = 0; left > 0 && rounds < 100; rounds += 1) {
    await sleep(1000);
    left = (await atOnce(server, left)).filter((answer) => answer?.status !== 200).length;
  }
  expect(left).toBe(0);
});

test('where no delay is too long, all of 600 calls at once are decided', async () => {
  const { server, answers } = await sixHundred('--max-event-loop-delay-ms', '60000');
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(await metric(server, requests, 'decision="patched"')).toBe(600);
});

/** Three connections that send a review and read nothing: their answers no longer fit into the buffers of both kernels, 10 MiB. */
async function unreadCallers({ port, ca }: Running) {
  let closed = 0;
  const sockets = Array.from({ length: 3 }, () =>
    connect({ ca, socket: connectPlain({ host: '127.0.0.1', port }) })
      .on('error', () => undefined)
      .once('close', () => {
        closed += 1;
      }),
  );
  for (const socket of sockets) socket.pause();
  // A few at a time.
  for (let burst = 0; burst < 40; burst += 1) {
    for (const socket of sockets) socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20));
    await sleep(50);
  }
  const head = `POST /mutate/enforce HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(create)}`;
  for (const socket of sockets) socket.write(`${head}\r\n\r\n${create}`);
  return { sockets, closed: () => closed };
}

test('callers that do not read hold no place among the calls, and their connections end', async () => {
  const server = await started('--max-in-flight', '2', '--max-event-loop-delay-ms', '60000');
  // The server ends such connections after seconds, which on a busy machine may pass while they are filled.
  let callers = await unreadCallers(server);
  while (callers.closed() > 0) callers = await unreadCallers(server);
  const { sockets, closed } = callers;
  // More than may be answered at once do not read, and every other call is decided meanwhile.
  const statuses: number[] = [];
  const ended = await eventually(
    async () => {
      // Whoever reads nothing learns of the end only by writing.
      for (const socket of sockets) if (!socket.destroyed) socket.write('\r\n');
      statuses.push((await review(server, create)).status);
      await sleep(200);
      return closed();
    },
    (count) => count === sockets.length,
    200_000,
  );
  expect(ended).toBe(sockets.length);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await metric(server, 'hitless_requests_in_flight')).toBe(0);
});
