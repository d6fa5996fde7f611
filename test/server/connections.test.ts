import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { limitConnections } from '../../src/server/connections.ts';
import { listen } from '../../src/server/listener.ts';
import { eventually } from '../support/pair.ts';

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

/** Answers every call but those to /never. */
async function given(most: number) {
  const server = createServer((request, response) => {
    if (request.url !== '/never') request.resume().once('end', () => response.end('ok'));
  });
  let closed = 0;
  const connections = limitConnections(server, most, () => {
    closed += 1;
  });
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 });
  ending.push(() => server.close(), connections.closeAll);
  const dial = async (localAddress = '127.0.0.1') => {
    const socket = connect({ host: '127.0.0.1', port, localAddress }).on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    // The server sees one after the other.
    await new Promise((resolve) => setTimeout(resolve, 10));
    return socket;
  };
  return { dial, closed: () => closed, closeAll: connections.closeAll };
}

/** Sends a call and waits until something comes back. */
async function call(socket: Socket): Promise<void> {
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, 10));
}

const isOpen = (socket: Socket) => !socket.destroyed && !socket.readableEnded;

async function openOnes(sockets: Record<string, Socket>, count: number): Promise<string[]> {
  const open = () => Object.keys(sockets).filter((name) => isOpen(sockets[name] as Socket));
  for (const socket of Object.values(sockets)) socket.resume();
  return eventually(open, (names) => names.length === count);
}

test('the oldest that has sent nothing goes, before any that was answered', async () => {
  const { dial, closed } = await given(3);
  const kept = await dial();
  await call(kept);
  const [first, second, third] = [await dial(), await dial(), await dial()];
  expect(await openOnes({ kept, first, second, third }, 3)).toEqual(['kept', 'second', 'third']);
  expect(closed()).toBe(1);
});

test('of those that were answered the one that has been idle for the longest goes', async () => {
  const { dial } = await given(3);
  const [first, second, third] = [await dial(), await dial(), await dial()];
  for (const socket of [first, second, third, first]) await call(socket);
  const newcomer = await dial();
  expect(await openOnes({ first, second, third, newcomer }, 3)).toEqual(['first', 'third', 'newcomer']);
});

test('a crowd from one address is in its own way, also when another one is older', async () => {
  const { dial } = await given(4);
  const other = await dial('127.0.0.3');
  const crowd = [];
  for (let one = 0; one < 8; one += 1) crowd.push(await dial('127.0.0.2'));
  const sockets = Object.fromEntries([['other', other], ...crowd.map((socket, n) => [`${n}`, socket])]);
  expect((await openOnes(sockets, 4)).toSorted()).toEqual(['5', '6', '7', 'other']);
});

test('a call whose body does not come goes, one that is being answered does not', async () => {
  const { dial } = await given(2);
  const [answering, sending] = [await dial(), await dial()];
  answering.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
  sending.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const newcomer = await dial();
  expect(await openOnes({ answering, sending, newcomer }, 2)).toEqual(['answering', 'newcomer']);
});

test('a newcomer is turned away only when all others are being answered', async () => {
  const { dial } = await given(2);
  const busy = [await dial(), await dial()];
  for (const socket of busy) socket.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const newcomer = await dial();
  expect(await openOnes({ first: busy[0] as Socket, second: busy[1] as Socket, newcomer }, 2)).toEqual([
    'first',
    'second',
  ]);
});

test('all can be closed, also what has not said anything yet', async () => {
  const { dial, closeAll } = await given(2);
  const [silent, answered] = [await dial(), await dial()];
  await call(answered);
  closeAll();
  expect(await openOnes({ silent, answered }, 0)).toEqual([]);
});
