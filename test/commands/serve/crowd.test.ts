// Whoever reaches the port and does not behave as an API server: whatever he sends, an ordinary call beside it gets its answer.

import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { callPlain, keptConnections, type Running, review, start, stop } from '../../support/process.ts';

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');
const MiB = 1024 * 1024;
/** A container of 512 MiB leaves about half of it to the heap. A machine that is busy with other tests is no overload here. */
const withHeap = (mebibytes: number) => ({
  flags: ['--max-event-loop-delay-ms', '60000', '--max-in-flight', '500'],
  environment: { NODE_OPTIONS: `--max-old-space-size=${mebibytes}` },
});

const running: Running[] = [];
const sockets: Socket[] = [];
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of running) await stop(server);
});

async function started(heapMebibytes = 256): Promise<Running> {
  const server = await start(withHeap(heapMebibytes));
  running.push(server);
  return server;
}

/** Of this machine, but not the address from which the ordinary calls come. */
function dial({ port, ca }: Running, localAddress = '127.0.0.2'): TLSSocket {
  const socket = connect({ ca, socket: connectPlain({ host: '127.0.0.1', port, localAddress }) });
  sockets.push(socket.on('error', () => undefined));
  return socket;
}

/** Connects and says nothing. */
function dialSilently({ port }: Pick<Running, 'port'>, localAddress = '127.0.0.2'): Socket {
  const socket = connectPlain({ host: '127.0.0.1', port, localAddress });
  sockets.push(socket.on('error', () => undefined));
  return socket;
}

const head = (length: string) =>
  `POST /mutate/enforce HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

/** The most memory that it ever had; 0 where the system does not say. */
function peakBytes({ child }: Running): number {
  const file = `/proc/${child.pid}/status`;
  const kilobytes = existsSync(file) && /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

async function metric(server: Running, name: string): Promise<number> {
  const line = new RegExp(`^${name} (\\d+)`, 'm').exec((await callPlain(server, '/metrics')).body);
  return Number(line?.[1]);
}

const statusOf = async (server: Running, localAddress = '127.0.0.1') =>
  (await review(server, create, { localAddress })).status;

test('eleven million chunks of one byte', async () => {
  const server = await started(96);
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const socket = dial(server);
    socket.write(head('Transfer-Encoding: chunked'));
    const chunks = Buffer.from('1\r\nx\r\n'.repeat(MiB));
    for (let written = 0; written < 11 && !socket.destroyed; written += 1) {
      await new Promise((resolve) => socket.write(chunks, resolve));
      statuses.push(await statusOf(server));
    }
  }
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(server.child.exitCode).toBeNull();
});

test('forty bodies that do not end', async () => {
  const server = await started();
  const crowd = Array.from({ length: 40 }, () => dial(server));
  // Before anything is sent: on a busy machine that may take longer than the server gives a handshake.
  await Promise.all(crowd.map((socket) => once(socket, 'secureConnect')));
  const begun = Buffer.from(`${head(`Content-Length: ${20 * MiB}`)}"${'x'.repeat(7 * MiB)}`);
  for (const socket of crowd) socket.write(begun);
  const refused = (why: string) => metric(server, `hitless_requests_total{mode="enforce",decision="${why}"}`);
  // On a busy machine the time of some is over before there are too many.
  const given = async () => (await refused('overloaded')) + (await refused('bad_request'));
  await expect.poll(given, { timeout: 90_000 }).toBeGreaterThan(20);
  const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf(server)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const large = create + ' '.repeat(6 * MiB);
  for (let call = 0; call < 5; call += 1) expect((await review(server, large)).status).toBe(200);
  // From where the crowd is, too.
  expect(await statusOf(server, '127.0.0.2')).toBe(200);
  expect(peakBytes(server)).toBeLessThan(450 * MiB);
});

test.each(['127.0.0.2', '127.0.0.1'])('five thousand handshakes from %s that do not end', async (address) => {
  const server = await started();
  const agent = keptConnections();
  const before = await review(server, create, { agent });
  const statuses: number[] = [];
  for (let opened = 0; opened < 5000; opened += 1) {
    dialSilently(server, address);
    if (opened % 100 === 0) statuses.push(await statusOf(server));
  }
  expect([before.status, ...statuses]).toEqual(Array(51).fill(200));
  // The connection that an API server keeps is not the one that goes.
  expect((await review(server, create, { agent })).headers).toMatchObject({ connection: 'keep-alive' });
  expect(await metric(server, 'hitless_connections_closed_total')).toBeGreaterThan(3000);
  expect(peakBytes(server)).toBeLessThan(450 * MiB);
  agent.destroy();
  // They do not hold up its end either.
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});

test('twelve hundred connections that have made one call each and stay', async () => {
  const server = await started();
  const statuses: number[] = [];
  const callOnce = async () => {
    const socket = dial(server);
    await new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve));
    socket.resume().write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  };
  for (let opened = 0; opened < 1200; opened += 50) {
    await Promise.all(Array.from({ length: 50 }, callOnce));
    statuses.push(await statusOf(server));
  }
  expect(statuses).toEqual(Array(24).fill(200));
  expect(await metric(server, 'hitless_connections_closed_total')).toBeGreaterThan(100);
});

test('callers that do not read their answers', async () => {
  const server = await started();
  for (let opened = 0; opened < 50; opened += 1) {
    const socket = dial(server).pause();
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(500));
    socket.write(`${head(`Content-Length: ${create.length}`)}${create}`.repeat(20));
  }
  await sleep(1000);
  expect(await Promise.all(Array.from({ length: 50 }, () => statusOf(server)))).toEqual(Array(50).fill(200));
  expect(peakBytes(server)).toBeLessThan(450 * MiB);
});

test('a handshake or a first request that does not end is closed within seconds, a connection that had one stays', async () => {
  const server = await started();
  const [silent, slow, kept] = [dialSilently(server), dial(server), dial(server)];
  const plain = dialSilently({ port: server.plainPort });
  const closed: string[] = [];
  for (const [name, socket] of Object.entries({ silent, slow, plain, kept }))
    socket.on('data', () => undefined).once('close', () => closed.push(name));
  slow.once('secureConnect', () => slow.write('POST /mutate/enf'));
  kept.once('secureConnect', () => kept.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'));
  await expect.poll(() => closed.length, { timeout: 90_000 }).toBe(3);
  expect(closed.toSorted()).toEqual(['plain', 'silent', 'slow']);
});

/** Gives a fresh server, and the statuses of three calls at once. */
async function threeTimes(body: string, attempts = 5): Promise<{ server: Running; statuses: (number | undefined)[] }> {
  const server = await started();
  const agent = keptConnections(3);
  const atOnce = (text: string) =>
    Promise.all([1, 2, 3].map(async () => (await review(server, text, { agent }).catch(() => undefined))?.status));
  // A handshake has ten seconds, and the server may be busy with a body for as long.
  await atOnce(create);
  const began = performance.now();
  const statuses = await atOnce(body);
  agent.destroy();
  // A body has fifteen, in which a busy machine may get no further than the one before.
  const isLate = performance.now() - began > 14_000 && statuses.some((status) => status !== 400);
  return isLate && attempts > 1 ? threeTimes(body, attempts - 1) : { server, statuses };
}

test.each([
  { what: 'empty objects', body: `[${'{},'.repeat(6.5 * MiB)}{}]` },
  { what: 'keys', body: `{${Array.from({ length: 1.5 * MiB }, (_, n) => `"${n.toString(36)}":1`).join()}}` },
  { what: 'nested lists', body: '['.repeat(20 * MiB) },
])('a body of $what that is small and becomes large', async ({ body }) => {
  const { server, statuses } = await threeTimes(body);
  expect(statuses).toEqual([400, 400, 400]);
  expect(await statusOf(server)).toBe(200);
  expect(peakBytes(server)).toBeLessThan(450 * MiB);
});

test('a Deployment that fills etcd, in letters of which JSON makes six, is judged', async () => {
  const server = await started();
  const one = JSON.parse(create);
  one.request.object.spec.template.spec.containers[0].env = [{ name: 'PAGE', value: '<'.repeat(1.46 * MiB) }];
  const update = { ...one.request, operation: 'UPDATE', oldObject: one.request.object };
  const escaped = (review: object) => JSON.stringify(review).replaceAll('<', '\\u003c');
  const bodies = [escaped(one), escaped({ ...one, request: update })];
  expect(bodies.map(({ length }) => Math.round(length / 100_000))).toEqual([92, 184]);
  for (const body of bodies) expect((await review(server, body)).status).toBe(200);
});
