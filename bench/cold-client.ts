// The caller of the cold part: one call every so often over one kept connection, and what each costs the server. In a process of its own.
// Prints one line of JSON. The processor's time of a call is taken until the next one: log, metrics and the compiler come after the answer.
// Usage: node bench/cold-client.ts BODY-FILE CALLS INTERVAL-MS WARM-PORT. When it is warm it prints a line, and reads the port and the
// process to measure from standard input.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicroseconds } from './cost.ts';

const [file = '', ...numbers] = process.argv.slice(2);
const [calls = 0, intervalMs = 0, warmPort = 0] = numbers.map(Number);
const body = readFileSync(file);
const headers = { 'content-type': 'application/json', 'content-length': body.length };
const newAgent = () => new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, maxCachedSessions: 0 });

interface Called {
  /** From the connection that stands until the whole answer is here. */
  readonly ms: number;
  /** 0 where the connection is kept. */
  readonly handshakeMs: number;
}

function call(agent: Agent, to: number): Promise<Called> {
  const options = { host: '127.0.0.1', port: to, agent, headers, method: 'POST', path: '/mutate/enforce?timeout=10s' };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let handshakeMs = 0;
    const sent = request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.on('end', () => resolve({ ms: performance.now() - began - handshakeMs, handshakeMs })).resume();
    });
    sent.once('socket', (socket) => {
      if (!socket.connecting) return;
      socket.once('secureConnect', () => {
        handshakeMs = performance.now() - began;
      });
    });
    sent.on('error', reject).end(body);
  });
}

// The caller must not be cold itself: an API server has been running for long.
for (let index = 0; index < 100; index += 1) {
  const agent = newAgent();
  for (let times = 0; times < 5; times += 1) await call(agent, warmPort);
  agent.destroy();
}
process.stdout.write('warm\n');
const [line] = await once(process.stdin, 'data');
const [port = 0, pid = 0] = String(line).split(' ').map(Number);
const agent = newAgent();
const called: Called[] = [];
const cpuUs: number[] = [];
let next = performance.now();
let before = cpuMicroseconds(pid);
for (let index = 0; index < calls; index += 1) {
  called.push(await call(agent, port));
  next += intervalMs;
  await sleep(Math.max(0, next - performance.now()));
  const after = cpuMicroseconds(pid);
  cpuUs.push(after - before);
  before = after;
}
// Without a call: timers and the like.
const idle = 20;
await sleep(idle * intervalMs);
const idleUs = (cpuMicroseconds(pid) - before) / idle;
const handshakeMs = called[0]?.handshakeMs;
process.stdout.write(JSON.stringify({ milliseconds: called.map(({ ms }) => ms), handshakeMs, cpuUs, idleUs }));
agent.destroy();
process.stdin.destroy();
