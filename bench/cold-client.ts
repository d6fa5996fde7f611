// The caller of the cold part: one call every so often over one kept connection, and what each costs the server. In a process of its own.
// Prints one line of JSON. The processor's time of a call is taken until the next one: log, metrics and the compiler come after the answer.
// Usage: node bench/cold-client.ts PORT PID BODY-FILE CALLS INTERVAL-MS

import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMicroseconds } from './cost.ts';

const [port = '', pid = '', file = '', calls = '', intervalMs = ''] = process.argv.slice(2);
const body = readFileSync(file);
const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
const headers = { 'content-type': 'application/json', 'content-length': body.length };
const options = { host: '127.0.0.1', port, agent, headers, method: 'POST', path: '/mutate/enforce?timeout=10s' };

/** Milliseconds until the whole answer is here. */
function call(): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.on('end', () => resolve(performance.now() - began)).resume();
    });
    sent.on('error', reject).end(body);
  });
}

const milliseconds: number[] = [];
const cpuUs: number[] = [];
let next = performance.now();
let before = cpuMicroseconds(Number(pid));
for (let index = 0; index < Number(calls); index += 1) {
  milliseconds.push(await call());
  next += Number(intervalMs);
  await sleep(Math.max(0, next - performance.now()));
  const after = cpuMicroseconds(Number(pid));
  cpuUs.push(after - before);
  before = after;
}
// Without a call: timers and the like.
const idle = 20;
await sleep(idle * Number(intervalMs));
const idleUs = (cpuMicroseconds(Number(pid)) - before) / idle;
process.stdout.write(JSON.stringify({ milliseconds, cpuUs, idleUs }));
agent.destroy();
