// An API server dials ahead, and sends a call on a connection that nothing has been sent on for a while.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { start, stop } from '../../support/process.ts';

const create = readFileSync(new URL('../../server/reviews/01-kubectl-create.json', import.meta.url), 'utf8');

test('a connection that was not used at first takes a call later, and nothing is said on it before', async () => {
  const server = await start({});
  onTestFinished(() => stop(server));
  const socket = connect({ host: '127.0.0.1', port: server.port, ca: server.ca, servername: 'localhost' });
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text;
  });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  // Longer than a request may take, and than a connection may be silent in the middle of one.
  await sleep(33_000);
  expect([heard, socket.readyState]).toEqual(['', 'open']);
  const head = `POST /mutate/enforce HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(create)}`;
  socket.write(`${head}\r\n\r\n${create}`);
  await expect.poll(() => heard, { timeout: 30_000 }).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
}, 120_000);
