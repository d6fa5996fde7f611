// Shutdown without a lost call. Callers learn of it from every answer (Connection: close) and from /readyz; some need a while, so
// calls are accepted and answered until it has been quiet, and only then idle connections are closed: earlier would race with a request.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CallTraffic } from './traffic.ts';

export interface Closable {
  /** Stops listening and closes idle connections; calls back when the last one has gone. */
  readonly close: (closed: () => void) => unknown;
  readonly closeAllConnections: () => void;
}

export interface DrainOptions {
  readonly traffic: Pick<CallTraffic, 'inFlight' | 'quietMs'>;
  readonly servers: readonly Closable[];
  /** How long without a call before no more are expected. */
  readonly quietMs?: number;
  readonly deadlineMs: number;
}

const pollMs = 20;
// For connections that are open but have not begun a request, or are in the middle of its headers.
const lingerMs = 500;

/** Resolves when all is closed, with the number of calls that the deadline cut off. */
export async function drain({ traffic, servers, quietMs = 2000, deadlineMs }: DrainOptions): Promise<number> {
  const began = performance.now();
  const end = began + deadlineMs;
  // Quiet before the shutdown was announced means nothing: the next caller does not know of it yet.
  const quiet = () => Math.min(traffic.quietMs(), performance.now() - began) >= quietMs;
  while (!quiet() && performance.now() < end) await sleep(pollMs);
  const cutOff = traffic.inFlight();
  await Promise.all(servers.map((server) => close(server, end)));
  return cutOff;
}

async function close(server: Closable, end: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const waitMs = Math.max(0, Math.min(lingerMs, end - performance.now()));
  await Promise.race([closed, sleep(waitMs, undefined, { ref: false })]);
  server.closeAllConnections();
}
