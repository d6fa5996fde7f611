// What the HTTP and the gRPC half of the test application have in common.

import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { ConnectionTimes } from './connection-times.ts';
import type { Controls } from './controls.ts';

export interface ProtocolServerOptions {
  /** Whose name every answer carries. */
  readonly pod: string;
  /** How long a request or message takes. */
  readonly workMs: number;
  readonly connectionTimes: ConnectionTimes;
  /** Absent: it obeys nobody. */
  readonly controls?: Controls;
  /** An HTTP request with an X-Request-Id has arrived. */
  readonly onRequest?: (id: string) => void;
}

export interface ProtocolServer {
  /** Rejects when the port is taken. 0 for any. Resolves with the port. */
  readonly listen: (port: number) => Promise<number>;
  /** What a server's close() does: no new connections, and waits for the others, for as long as it takes. */
  readonly close: () => Promise<void>;
  /** Resolves when everything was answered and is closed; clients that say nothing are waited for `drainMs`. */
  readonly drain: (drainMs: number) => Promise<void>;
}

export async function listenOn(server: Server, port: number): Promise<number> {
  server.listen(port);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
