// One process, everything that may come in: it answers each, and lives.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/pair.ts';
import { call, callPlain, keptConnections, type Running, review, start, stop } from '../../support/process.ts';

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');
const compact = JSON.stringify(JSON.parse(create));
const uid = JSON.parse(create).request.uid;

let server: Running;
beforeAll(async () => {
  server = await start();
});
afterAll(() => stop(server));

function dial(options: object = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: server.port, ca: server.ca, ...options });
    socket.once('secureConnect', () => resolve(socket)).once('error', reject);
  });
}

/** What comes back until `count` answers are there, or the end. */
async function answers(socket: TLSSocket, count: number): Promise<string[]> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const statuses = () => text.match(/HTTP\/1\.1 \d+/g) ?? [];
  await eventually(
    () => statuses().length,
    (found) => found >= count || socket.closed,
  );
  return statuses();
}

const head = (length: number) =>
  `POST /mutate/enforce HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

test('a recorded review is answered with its uid and a patch', async () => {
  const answer = await review(server, create);
  expect(answer.status).toBe(200);
  const { response } = JSON.parse(answer.body);
  expect(response).toMatchObject({ uid, allowed: true, patchType: 'JSONPatch' });
  expect(JSON.parse(Buffer.from(response.patch, 'base64').toString())).toContainEqual(
    expect.objectContaining({ op: 'add' }),
  );
});

test.each([
  { what: 'empty', body: '', code: 400 },
  { what: 'truncated', body: create.slice(0, 1000), code: 400 },
  { what: 'no JSON', body: '<html>', code: 400 },
  { what: 'larger than 20 MiB', body: `"${'x'.repeat(21 * 1024 * 1024)}"`, code: 413 },
  { what: 'another kind', body: '{"apiVersion":"v1","kind":"Pod"}', code: 400 },
  { what: 'another version', body: create.replace('admission.k8s.io/v1"', 'admission.k8s.io/v1beta1"'), code: 400 },
])('a body that is $what is a Status $code on a connection that goes on', async ({ body, code }) => {
  const agent = keptConnections();
  const answer = await review(server, body, { agent });
  expect(answer.status).toBe(code);
  expect(JSON.parse(answer.body)).toMatchObject({
    kind: 'Status',
    status: 'Failure',
    code,
    message: expect.any(String),
  });
  expect((await review(server, create, { agent })).status).toBe(200);
  agent.destroy();
});

test('gzip and other content types are a Status 415', async () => {
  expect((await review(server, gzipSync(create), { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
  expect((await review(server, create, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
});

test('a huge body without a declared length is refused too', async () => {
  const socket = await dial();
  socket.write(
    'POST /mutate/enforce HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
  socket.write(`${chunk.repeat(21)}0\r\n\r\n`);
  expect(await answers(socket, 1)).toEqual(['HTTP/1.1 413']);
  socket.destroy();
});

test('a label __proto__ is judged like any other', async () => {
  const labelled = compact.replace('"labels":{', '"labels":{"__proto__":"x",');
  const { response } = JSON.parse((await review(server, labelled)).body);
  expect(response).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
});

test('pipelined calls are answered in order', async () => {
  const socket = await dial();
  const bad = 'nope';
  socket.write(`${head(compact.length)}${compact}${head(bad.length)}${bad}${head(compact.length)}${compact}`);
  expect(await answers(socket, 3)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400', 'HTTP/1.1 200']);
  socket.destroy();
});

test('a body that comes in small pieces is put together, a character across two pieces included', async () => {
  const socket = await dial();
  const body = Buffer.from(compact.replace('"labels":{', '"labels":{"snowman":"☃",'));
  socket.write(head(body.length));
  const middle = body.indexOf('☃') + 1;
  for (const [from, to] of [
    [0, 10],
    [10, middle],
    [middle, body.length],
  ] as const) {
    socket.write(body.subarray(from, to));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect(await answers(socket, 1)).toEqual(['HTTP/1.1 200']);
  socket.destroy();
});

test('a caller that goes away in the middle of its body leaves nothing behind', async () => {
  const socket = await dial();
  socket.write(`${head(compact.length)}${compact.slice(0, 100)}`);
  const inFlight = async () =>
    /^hitless_requests_in_flight (\d+)/m.exec((await callPlain(server, '/metrics')).body)?.[1];
  expect(await eventually(inFlight, (count) => count === '1')).toBe('1');
  socket.destroy();
  expect(await eventually(inFlight, (count) => count === '0')).toBe('0');
});

test('the plain port has the probes and the metrics, and not the webhook', async () => {
  for (const path of ['/livez', '/readyz', '/metrics']) expect((await callPlain(server, path)).status).toBe(200);
  expect((await callPlain(server, '/mutate/enforce', { method: 'POST' })).status).toBe(404);
});

test('TLS 1.2 and 1.3 are spoken, 1.1 is not, and HTTP/1.1 is what both sides agree on', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await dial({ minVersion: version, maxVersion: version, ALPNProtocols: ['h2', 'http/1.1'] });
    expect([socket.getProtocol(), socket.alpnProtocol]).toEqual([version, 'http/1.1']);
    socket.destroy();
  }
  const old = dial({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' });
  await expect(old).rejects.toThrow(/protocol version|wrong version/i);
});

// Node as a caller looks at the certificate only after the handshake; OpenSSL refuses within it, as an API server does.
const openssl = spawnSync('openssl', ['version']).status === 0;
test.skipIf(!openssl)(
  'a caller that does not trust the certificate is counted and told in the log (needs openssl)',
  async () => {
    spawn('openssl', ['s_client', '-connect', `127.0.0.1:${server.port}`, '-verify_return_error'], { stdio: 'ignore' });
    const told = () => server.lines().find(({ message }) => message.includes('caBundle'));
    expect(await eventually(told, (line) => line !== undefined)).toMatchObject({ level: 'warn', caller: '127.0.0.1' });
    expect((await callPlain(server, '/metrics')).body).toMatch(/^hitless_tls_handshake_failures_total [1-9]/m);
  },
);

test('bytes that are no HTTP, and plain HTTP on the TLS port, harm nobody', async () => {
  const socket = await dial();
  socket.write('\u0000\u0001nonsense\r\n\r\n');
  expect(await answers(socket, 1)).toEqual(['HTTP/1.1 400']);
  await new Promise((resolve) =>
    connectPlain(server.port, '127.0.0.1')
      .once('close', resolve)
      .on('error', () => undefined)
      .end('GET / HTTP/1.1\r\n\r\n'),
  );
  expect((await call(server, '/livez')).status).toBe(200);
});

test('it is still the same process, and no bug was logged', () => {
  expect(server.child.exitCode).toBeNull();
  expect(server.lines().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
});
