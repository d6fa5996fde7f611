import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { httpClient } from '../../../src/measurement/load/http.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import type { Traffic } from '../../../src/measurement/traffic.ts';
import {
  ampleMs,
  block,
  clientOf,
  closedPort,
  endsOf,
  http,
  isReused,
  listening,
  oneByOne,
  pause,
  samplesOf,
  tcp,
  together,
  until,
} from '../../support/load.ts';

const head = 'HTTP/1.1 200 OK\r\nx-hitless-pod: web-1\r\ncontent-length: 10\r\n\r\n';
const reset = (socket: Socket) => socket.resetAndDestroy();

/** What it does when the request is there. */
type Misbehaviour = (socket: Socket) => void;

const misbehaviours: readonly (readonly [string, Misbehaviour, string])[] = [
  ['resets', reset, 'reset-sent ECONNRESET'],
  ['closes', (socket) => socket.end(), 'reset-sent closed without an answer'],
  ['closes within the headers', (socket) => socket.end(head.slice(0, 30)), 'cut closed without an answer'],
  [
    'resets within the headers',
    (socket) => socket.write(head.slice(0, 30), () => setTimeout(reset, 5, socket)),
    'cut ECONNRESET',
  ],
  [
    'resets after the headers',
    (socket) => socket.write(head, () => setTimeout(reset, 5, socket)),
    'cut 200 ECONNRESET',
  ],
  [
    'resets within the body',
    (socket) => socket.write(`${head}12345`, () => setTimeout(reset, 5, socket)),
    'cut 200 ECONNRESET',
  ],
  ['promises a longer body', (socket) => socket.end(`${head}12345`), 'cut 200 closed during the answer'],
  [
    'leaves out the last chunk',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n'),
    'cut 200 closed during the answer',
  ],
  ['answers no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), 'cut HPE_INVALID_CONSTANT'],
  ['answers 503', (socket) => socket.end('HTTP/1.1 503 Not yet\r\ncontent-length: 0\r\n\r\n'), 'http-error 503'],
];

async function expectEnd(misbehave: Misbehaviour, end: string, timeoutMs = ampleMs) {
  const url = `http://${await tcp(misbehave)}/`;
  const ofLane = async (lane: Traffic) => {
    expect(endsOf(await together(httpClient, { lane, url, timeoutMs })), lane).toEqual([end]);
  };
  await Promise.all((['get-new', 'post-new', 'get-kept'] as const).map(ofLane));
}

it.each(misbehaviours)('a server that %s', (_, misbehave, end) => expectEnd(misbehave, end));

const stalls: readonly (readonly [Misbehaviour, string])[] = [
  [() => undefined, 'timeout no answer'],
  [(socket) => socket.write(head.slice(0, 30)), 'timeout incomplete answer'],
  [(socket) => socket.write(`${head}12345`), 'timeout 200 incomplete answer'],
];

// At once, since each waits for its timeout. That is long: what was written before the server stalls must have been read by then.
it('a server that stalls at once, within the headers, or within the body', async () => {
  await Promise.all(stalls.map(([misbehave, end]) => expectEnd(misbehave, end, 5000)));
});

it('a server that resets as soon as it has accepted', async () => {
  const address = await tcp(() => undefined, reset);
  const attempts = await together(httpClient, { lane: 'get-new', url: `http://${address}/` });
  for (const end of endsOf(attempts)) expect(end).toMatch(/^reset-(un)?sent (ECONNRESET|EPIPE)$/);
});

it('a port where nobody listens', async () => {
  const samples = await samplesOf({ lane: 'get-new', url: `http://${await closedPort()}/` });
  expect(endsOf(samples)).toEqual(['refused ECONNREFUSED']);
});

it('a name that nobody knows', async () => {
  const samples = await samplesOf({ lane: 'get-new', url: 'http://nobody.invalid/', forMs: 30 });
  for (const end of endsOf(samples)) expect(end).toMatch(/^unreachable (ENOTFOUND|EAI_AGAIN)$/);
});

it('a local address that this machine does not have', async () => {
  const url = `http://${await http((_, response) => response.end())}/`;
  const samples = await samplesOf({ lane: 'get-new', url, localAddress: '192.0.2.7' });
  expect(endsOf(samples)).toEqual(['unreachable EADDRNOTAVAIL']);
  expect(samples.every(({ connection }) => connection === 'new')).toBe(true);
  expect(endsOf(await samplesOf({ lane: 'get-new', url, localAddress: '127.0.0.9' }))).toEqual(['ok 200']);
});

it('breaks during the TLS handshake: nothing of the request was sent', async () => {
  const resetting = await samplesOf({ lane: 'get-new', url: `https://${await tcp(reset)}/` });
  expect(endsOf(resetting)).toEqual(['reset-unsent ECONNRESET']);
  const stalling = await samplesOf({ lane: 'get-new', url: `https://${await tcp(() => undefined)}/`, timeoutMs: 200 });
  expect(endsOf(stalling)).toEqual(['timeout no connection']);
});

it('says which pod answered, also when the answer was cut', async () => {
  const address = await tcp((socket) => socket.end(`${head}12345`));
  const samples = await samplesOf({ lane: 'get-new', url: `http://${address}/` });
  expect(samples.every(({ pod }) => pod === 'web-1')).toBe(true);
});

it('a GET is lost from 500 on, a POST when it is not accepted', async () => {
  const url = `http://${await http((_, response) => response.writeHead(404).end())}/`;
  expect(endsOf(await samplesOf({ lane: 'get-new', url }))).toEqual(['ok 404']);
  expect(endsOf(await samplesOf({ lane: 'post-new', url }))).toEqual(['http-error 404']);
});

it('a POST carries a small JSON with an id of its own', async () => {
  const ids: string[] = [];
  const address = await http(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    ids.push(JSON.parse(text).id);
    response.end();
  });
  const samples = await samplesOf({ lane: 'post-kept', url: `http://${address}/orders?a=b` });
  expect(endsOf(samples)).toEqual(['ok 200']);
  expect(new Set(ids).size).toBe(samples.length);
});

async function counted() {
  const server = createServer((_, response) => response.end('all'));
  const seen = { all: 0, open: 0 };
  server.on('connection', (socket: Socket) => {
    seen.all += 1;
    seen.open += 1;
    socket.on('close', () => {
      seen.open -= 1;
    });
  });
  return { seen, url: `http://${await listening(server)}/` };
}

it('new: opens a connection for each request, and closes it', async () => {
  const { seen, url } = await counted();
  const samples = await samplesOf({ lane: 'get-new', url });
  await until(() => seen.open === 0);
  expect(seen.all).toBe(samples.length);
  expect(samples.every(({ connection }) => connection === 'new')).toBe(true);
});

function keptClient(url: string, connections: number) {
  return clientOf(httpClient, { lane: 'get-kept', url, connections });
}

it('kept: holds as many connections as it was told, uses them in turn, and closes them when it stops', async () => {
  const { seen, url } = await counted();
  const client = keptClient(url, 3);
  const ways = [];
  for (let i = 0; i < 9; i += 1) ways.push((await client.send(ampleMs)).connection);
  expect(ways).toEqual([...Array(3).fill('new'), ...Array(6).fill('reused')]);
  expect(seen).toEqual({ all: 3, open: 3 });
  await client.close();
  await until(() => seen.open === 0);
});

it('kept: a request that finds every connection busy opens another, which is closed when it is answered', async () => {
  const answers: (() => void)[] = [];
  const open = new Set<Socket>();
  const server = createServer((_, response) => void answers.push(() => response.end()));
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  const client = keptClient(`http://${await listening(server)}/`, 1);
  const first = client.send(ampleMs);
  const second = client.send(ampleMs);
  await until(() => answers.length === 2);
  expect(open.size).toBe(2);
  answers[1]?.();
  answers[0]?.();
  const answered = { connection: 'new', outcome: 'ok', status: 200 };
  expect(await Promise.all([first, second])).toEqual([answered, answered]);
  await until(() => open.size === 1);
  const third = client.send(ampleMs);
  await until(() => answers.length === 3);
  answers[2]?.();
  expect(await third).toEqual({ ...answered, connection: 'reused' });
  await client.close();
});

interface Asked {
  readonly id: unknown;
  readonly isKept: boolean;
  readonly answer: () => void;
}

/** A server that answers when it is told, and a client with one kept connection that uses as many as it may. */
async function allBusy() {
  const asked: Asked[] = [];
  const address = await http(({ headers }, response) => {
    const isKept = headers.connection === 'keep-alive';
    asked.push({ id: headers['x-request-id'], isKept, answer: () => response.end() });
  });
  const client = keptClient(`http://${address}/`, 1);
  const first = Array.from({ length: 101 }, () => client.send(ampleMs));
  await until(() => asked.length === first.length);
  return { asked, client, first };
}

it('kept: a request for which there is no further connection waits for one, as long as it has time', async () => {
  const { asked, client, first } = await allBusy();
  expect(await client.send(50)).toEqual({ connection: 'reused', outcome: 'timeout', detail: 'no free connection' });
  const last = client.send(ampleMs);
  for (const { isKept, answer } of asked) if (isKept) answer();
  await until(() => asked.length > first.length);
  for (const { answer } of asked) answer();
  expect(endsOf(await Promise.all(first))).toEqual(['ok 200']);
  expect(await last).toEqual({ connection: 'reused', outcome: 'ok', status: 200 });
  await client.close();
});

it('kept: requests that wait go on when any other is done, the longest first', async () => {
  const { asked, client, first } = await allBusy();
  // The only kept connection does not answer: who waited for that one alone would never be sent.
  const [hung] = asked.filter(({ isKept }) => isKept);
  const others = asked.filter(({ isKept }) => !isKept);
  const waiting = ['a', 'b', 'c'].map((id) => client.send(ampleMs, id));
  for (const { answer } of others.slice(0, 2)) answer();
  await until(() => asked.length === first.length + 2);
  hung?.answer();
  await until(() => asked.length === first.length + 3);
  const sent = asked.slice(first.length).map(({ id, isKept }) => `${id} ${isKept ? 'kept' : 'new'}`);
  expect(sent.toSorted()).toEqual(['a new', 'b new', 'c kept']);
  for (const { answer } of asked) answer();
  expect(endsOf(await Promise.all([...first, ...waiting]))).toEqual(['ok 200']);
  await client.close();
});

it('kept: a request whose time is over when its turn comes is not sent', async () => {
  const { asked, client, first } = await allBusy();
  const late = client.send(50, 'late');
  asked[0]?.answer();
  // As if this machine stalled: its turn and the end of its time come together.
  block(100);
  expect(await late).toEqual({ connection: 'reused', outcome: 'timeout', detail: 'no free connection' });
  const next = client.send(ampleMs, 'next');
  await until(() => asked.length > first.length);
  for (const { answer } of asked) answer();
  expect(endsOf(await Promise.all([...first, next]))).toEqual(['ok 200']);
  expect(asked.slice(first.length).map(({ id }) => id)).toEqual(['next']);
  await client.close();
});

it('kept: behind an answer that never comes, no other request is lost', async () => {
  let asked = 0;
  // An answer takes longer than the time between two requests: whoever waited for the one before has no time left for its own.
  const address = await http((_, response) => {
    asked += 1;
    if (asked > 1) setTimeout(() => response.end(), 100);
  });
  const few = { connections: 1, rate: 20, forMs: 1500, timeoutMs: 5000 };
  const samples = await samplesOf({ lane: 'get-kept', url: `http://${address}/`, ...few });
  expect(samples.length).toBeGreaterThan(20);
  expect(samples.flatMap(({ outcome, detail }) => (outcome === 'ok' ? [] : [detail]))).toEqual(['no answer']);
});

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

/** Answers once on each connection. */
function onceEach(then: (socket: Socket) => void) {
  return tcp((socket, _, count) => (count === 1 ? socket.write(answer) : then(socket)));
}

it.each([
  'get-kept',
  'post-kept',
] as const)('a kept connection closed as the request arrives is a loss of %s', async (lane) => {
  const attempts = await oneByOne(httpClient, { lane, url: `http://${await onceEach(reset)}/` });
  expect(endsOf(attempts)).toEqual(['ok 200', 'reset-sent ECONNRESET']);
  for (const { outcome, connection } of attempts) expect(connection).toBe(outcome === 'ok' ? 'new' : 'reused');
});

it('a kept connection that was closed before is not used', async () => {
  const server = createServer((_, response) => response.end());
  const address = await listening(server);
  const client = keptClient(`http://${address}/`, 1);
  for (let i = 0; i < 3; i++) {
    expect(await client.send(ampleMs)).toMatchObject({ outcome: 'ok', connection: 'new' });
    server.closeAllConnections();
    await pause();
  }
  await client.close();
});

const triesOf = (samples: readonly Sample[]) => [...new Set(samples.map(({ retries = 0 }) => retries))].toSorted();

it('retries: a GET whose kept connection broke, but never a POST that was sent', async () => {
  const url = `http://${await onceEach(reset)}/`;
  const few = { url, connections: 1, retries: 10, rate: 20 };
  const gets = await samplesOf({ lane: 'get-kept', ...few, untilOne: ({ retries = 0 }) => retries > 0 });
  expect(endsOf(gets)).toEqual(['ok 200']);
  expect(triesOf(gets)).toEqual(expect.arrayContaining([0, 1]));
  const posts = await samplesOf({ lane: 'post-kept', ...few, untilOne: isReused });
  expect(endsOf(posts)).toEqual(['ok 200', 'reset-sent ECONNRESET']);
  expect(triesOf(posts)).toEqual([0]);
});

it('retries: all that was refused, as often as it was told', async () => {
  const samples = await samplesOf({ lane: 'post-new', url: `http://${await closedPort()}/`, retries: 2 });
  expect(triesOf(samples)).toEqual([2]);
});

it('retries: neither an error of the server itself, nor a new connection that broke, nor a timeout', async () => {
  for (const misbehave of [reset, () => undefined, (socket: Socket) => socket.end('HTTP/1.1 500 No\r\n\r\n')]) {
    const url = `http://${await tcp(misbehave)}/`;
    expect(triesOf(await samplesOf({ lane: 'get-new', url, retries: 3, timeoutMs: 100 }))).toEqual([0]);
  }
});

it('retries: a GET that a gateway answered in place of the server, and no POST', async () => {
  for (const [lane, status, tries] of [
    ['get-new', 502, 2],
    ['get-kept', 504, 2],
    ['get-new', 500, 0],
    ['post-new', 502, 0],
  ] as const) {
    const url = `http://${await tcp((socket) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`))}/`;
    const samples = await samplesOf({ lane, url, retries: 2 });
    expect([lane, status, ...triesOf(samples)]).toEqual([lane, status, tries]);
  }
});

it('each request carries an id of its own, the same in each of its tries, where that was asked for', async () => {
  const ids: string[] = [];
  const answer = (socket: Socket, text: string) => {
    ids.push(/x-request-id: (\S+)/i.exec(text)?.[1] ?? 'none');
    socket.end('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n');
  };
  const url = `http://${await tcp(answer)}/`;
  const settings = { lane: 'get-new', url, retries: 1 } as const;
  const samples = await samplesOf({ ...settings, requestIds: true });
  const expected = samples.flatMap(({ request }) => Array(2).fill(`get-new-${request}`));
  expect(ids.toSorted()).toEqual(expected.toSorted());
  expect(new Set(ids).size).toBe(samples.length);
  ids.length = 0;
  expect((await samplesOf(settings))[0]).not.toHaveProperty('request');
  expect(new Set(ids)).toEqual(new Set(['none']));
});
