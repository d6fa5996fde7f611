import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Attempt } from '../../../src/measurement/load/client.ts';
import { webSocketClient } from '../../../src/measurement/load/websocket.ts';
import {
  ampleMs,
  clientOf,
  closedPort,
  endsOf,
  http,
  isReused,
  listening,
  oneByOne,
  pause,
  type Run,
  samplesOf,
  tcp,
  until,
} from '../../support/load.ts';

interface Seen {
  all: number;
  readonly closeCodes: number[];
}

/** `onMessage` gets the socket, what to answer, and the how manieth message of this socket it is. */
async function server(onMessage: (socket: WebSocket, echo: string, count: number) => void) {
  const web = createServer();
  const sockets = new WebSocketServer({ server: web });
  const seen: Seen = { all: 0, closeCodes: [] };
  sockets.on('connection', (socket) => {
    seen.all += 1;
    let count = 0;
    socket.on('error', () => undefined);
    socket.on('close', (code) => seen.closeCodes.push(code));
    socket.on('message', (data) => {
      count += 1;
      onMessage(socket, JSON.stringify({ ...JSON.parse(data.toString()), pod: 'web-1' }), count);
    });
  });
  onTestFinished(() => sockets.close());
  return { seen, url: `ws://${await listening(web)}/socket` };
}

const echo = (socket: WebSocket, text: string) => socket.send(text);

it('messages go over as many sockets as it was told, which are closed in order at the end', async () => {
  const { seen, url } = await server(echo);
  const samples = await samplesOf({ lane: 'websocket', url, connections: 3, untilOne: isReused });
  expect(endsOf(samples)).toEqual(['ok']);
  expect(new Set(samples.map(({ pod }) => pod))).toEqual(new Set(['web-1']));
  expect(samples.slice(0, 3).every(({ connection }) => connection === 'new')).toBe(true);
  await until(() => seen.closeCodes.length === 3);
  expect(seen).toEqual({ all: 3, closeCodes: [1000, 1000, 1000] });
});

it('a socket that ends without a close frame cuts the message, and the next one opens another', async () => {
  const { seen, url } = await server((socket, text, count) => (count === 3 ? socket.terminate() : echo(socket, text)));
  const attempts = await oneByOne(webSocketClient, { lane: 'websocket', url });
  expect(attempts.map(({ outcome }) => outcome)).toEqual([
    'ok',
    'ok',
    'cut',
    'ok',
    'ok',
    'cut',
    'ok',
    'ok',
    'cut',
    'ok',
  ]);
  expect(endsOf(attempts)).toEqual(['ok', 'cut closed with 1006']);
  expect(seen.all).toBe(4);
});

it.each([1000, 1001])('a close frame %i between two messages loses nothing', async (code) => {
  const { seen, url } = await server((socket, text, count) => {
    echo(socket, text);
    if (count === 3) socket.close(code);
  });
  expect(endsOf(await oneByOne(webSocketClient, { lane: 'websocket', url }))).toEqual(['ok']);
  expect(seen.all).toBe(4);
});

it('a close frame instead of the answer loses the message, without harm to the next', async () => {
  const { url } = await server((socket, text, count) => (count === 3 ? socket.close(1001) : echo(socket, text)));
  const attempts = await oneByOne(webSocketClient, { lane: 'websocket', url });
  expect(endsOf(attempts)).toEqual(['ok', 'cut closed with 1001']);
  expect(attempts.filter(({ outcome }) => outcome === 'cut').length).toBe(3);
});

it('a server that says that it leaves gets its answers through, and no further message', async () => {
  const late: number[] = [];
  const { seen, url } = await server((socket, text, count) => {
    if (count === 3) socket.ping('draining');
    if (count > 3) late.push(count);
    setTimeout(echo, 20, socket, text);
  });
  expect(endsOf(await oneByOne(webSocketClient, { lane: 'websocket', url }))).toEqual(['ok']);
  expect(late).toEqual([]);
  await until(() => seen.closeCodes.length === 4);
  expect(seen).toEqual({ all: 4, closeCodes: [1000, 1000, 1000, 1000] });
});

it('a socket that owes an answer is left alone after the timeout', async () => {
  const { seen, url } = await server((socket, text, count) => (count === 2 ? undefined : echo(socket, text)));
  const client = clientOf(webSocketClient, { lane: 'websocket', url });
  const attempts: Attempt[] = [];
  for (let i = 0; i < 5; i++) {
    attempts.push(await client.send(ampleMs));
    attempts.push(await client.send(100));
    await pause();
  }
  await client.close();
  expect(endsOf(attempts)).toEqual(['ok', 'timeout no answer']);
  expect(seen.all).toBe(5);
});

it('no socket at all', async () => {
  const ends = async (address: string, settings: Partial<Run> = {}) =>
    endsOf(await samplesOf({ lane: 'websocket', url: `ws://${address}/`, ...settings }));
  expect(await ends(await closedPort())).toEqual(['refused ECONNREFUSED']);
  expect(await ends(await http((_, response) => response.writeHead(503).end()))).toEqual([
    'http-error 503 not a WebSocket',
  ]);
  expect(await ends(await tcp((socket) => socket.resetAndDestroy()))).toEqual(['reset-unsent ECONNRESET']);
  expect(await ends(await tcp((socket) => socket.end()))).toEqual(['reset-unsent closed without an answer']);
  expect(await ends(await tcp(() => undefined), { timeoutMs: 150 })).toEqual(['timeout no connection']);
});

it('what the server says of its own accord changes nothing', async () => {
  const { url } = await server((socket, text) => {
    socket.send('hello');
    socket.send('[]');
    socket.send('null');
    socket.send('{"id":"0"}');
    echo(socket, text);
  });
  expect(endsOf(await samplesOf({ lane: 'websocket', url }))).toEqual(['ok']);
});

it('stops in time when the other side does not close', async () => {
  const { url } = await server((socket, text) => {
    echo(socket, text);
    socket.pause();
  });
  const began = performance.now();
  await samplesOf({ lane: 'websocket', url, timeoutMs: 300, connections: 50, forMs: 100 });
  // By itself the library waits for 30 s.
  expect(performance.now() - began).toBeLessThan(10_000);
});
