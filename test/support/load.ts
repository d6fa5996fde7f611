// Servers that misbehave on purpose, and a load on them.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Attempt, Client } from '../../src/measurement/load/client.ts';
import type { httpClient } from '../../src/measurement/load/http.ts';
import { startLoad } from '../../src/measurement/load/load.ts';
import type { Sample } from '../../src/measurement/load/sample.ts';
import type { LoadSettings, Traffic } from '../../src/measurement/traffic.ts';

export interface Run extends Partial<Omit<LoadSettings, 'lanes'>> {
  readonly lane: Traffic;
  readonly url: string;
  readonly rate?: number;
  readonly forMs?: number;
  /** Instead of `forMs`: until there is such a sample. */
  readonly untilOne?: (sample: Sample) => boolean;
}

/** Far longer than anything takes that comes at all, however busy the machine is: a test that waits for a timeout sets its own. */
export const ampleMs = 60_000;

/** In the order in which they were due. */
export async function samplesOf(run: Run): Promise<readonly Sample[]> {
  const { lane, url, rate = 100, forMs = 100, untilOne, ...rest } = run;
  const samples: Sample[] = [];
  const settings = { lanes: [{ lane, url, rate }], timeoutMs: ampleMs, retries: 0, connections: 2, ...rest };
  const load = startLoad(settings, (sample) => samples.push(sample));
  await (untilOne === undefined ? sleep(forMs) : until(() => samples.some(untilOne)));
  await load.stop();
  return samples.toSorted((a, b) => a.dueMs - b.dueMs);
}

export function clientOf(open: typeof httpClient, { lane, url, timeoutMs = ampleMs, connections = 1 }: Run): Client {
  const load = { lane, url, rate: 1 };
  return open(load, { lanes: [load], timeoutMs, retries: 0, connections });
}

/** One request after the other, with a pause in which the server can do something, however busy the machine is. */
export async function oneByOne(open: typeof httpClient, run: Run): Promise<readonly Attempt[]> {
  const client = clientOf(open, run);
  const attempts: Attempt[] = [];
  for (let i = 0; i < 10; i++) {
    attempts.push(await client.send(run.timeoutMs ?? ampleMs));
    await pause();
  }
  await client.close();
  return attempts;
}

/** A few requests at the same time: a load would send more, the busier the machine is, and in the end more than a server can accept. */
export async function together(open: typeof httpClient, run: Run): Promise<readonly Attempt[]> {
  const count = 4;
  const client = clientOf(open, { connections: count, ...run });
  const attempts = await Promise.all(Array.from({ length: count }, () => client.send(run.timeoutMs ?? ampleMs)));
  await client.close();
  return attempts;
}

/** Time in which both sides read what is there: twice, since after one sleep a busy process looks at its timers first. */
export async function pause(): Promise<void> {
  for (let i = 0; i < 2; i++) await sleep(15);
}

/** Where connections are not kept, none ever is. */
export function isReused({ connection }: Attempt): boolean {
  return connection === 'reused';
}

/** One line for each kind of outcome, in the order of their first, without counts: `reset-sent ECONNRESET`. */
export function endsOf(samples: readonly Attempt[]): readonly string[] {
  const all = samples.map(({ outcome, status, detail }) =>
    [outcome, status, detail].filter((one) => one !== undefined),
  );
  return [...new Set(all.map((words) => words.join(' ')))];
}

/** Gives `127.0.0.1:port`. It and its connections are gone when the test is. */
export async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `onData` gets the connection, what came, and the how manieth piece on this connection it is. */
export function tcp(
  onData: (socket: Socket, text: string, count: number) => void,
  onConnection?: (socket: Socket) => void,
) {
  return listening(
    createTcpServer((socket) => {
      let count = 0;
      onConnection?.(socket);
      socket.on('data', (chunk) => onData(socket, chunk.toString('latin1'), ++count));
    }),
  );
}

export function http(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  return listening(createServer(handle));
}

/** Nobody listens there any more. */
export async function closedPort(): Promise<string> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

/** Keeps this process from doing anything else. */
export function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

export async function until(what: () => boolean, withinMs = ampleMs): Promise<void> {
  const end = performance.now() + withinMs;
  while (!what()) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await sleep(5);
  }
}
