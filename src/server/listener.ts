// The sockets: HTTPS and plain HTTP servers with the timeouts that an API server needs.

import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from '../certificates/pair.ts';
import type { ListenAddress } from '../settings/settings.ts';
import { askingFor } from './client-certificates.ts';
import { keepUnused } from './unused-connections.ts';

// The API server keeps an idle connection for 90 s. If hitless closed it first, a request could be in flight, and the API server does
// not repeat a POST. Node.js counts the time of the first request from the handshake on, and its 408 would be taken for the answer to a call
// that was just sent: see unused-connections.ts. A body has a shorter time of its own (body.ts).
const idleMs = 120_000;
const timeouts = {
  keepAliveTimeout: idleMs,
  headersTimeout: idleMs,
  requestTimeout: idleMs,
  connectionsCheckingInterval: 1000,
};
// Everything before and within a request is a matter of milliseconds, and has seconds.
const headMs = 10_000;
const plainTimeouts = { ...timeouts, headersTimeout: headMs, requestTimeout: 20_000 };
// Timeout of a connection in the middle of a call, such as one whose caller does not read the answer.
const silenceMs = 30_000;
// Hundreds of API server connections that begin at once wait for each other's handshakes, on a busy node for seconds.
const tls = { minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], handshakeTimeout: 10_000 } as const;
// Connections that are not accepted yet. Node.js takes 511, fewer than the calls that may come at once.
const backlog = 2048;

/** `clientCa`: PEM of the authorities that sign callers' certificates; undefined: none are asked for. */
export function tlsServer({ cert, key }: KeyPair, clientCa?: string): TlsServer {
  const server = createTlsServer({ ...timeouts, ...tls, ...askingFor(clientCa), cert, key }).setTimeout(silenceMs);
  keepUnused(server, { unusedMs: idleMs, headMs, silenceMs });
  return server;
}

export function plainServer(): Server {
  return createServer(plainTimeouts).setTimeout(silenceMs);
}

/** New connections get this pair and these authorities, open ones keep theirs. */
export function swapPair(server: TlsServer, { cert, key }: KeyPair, clientCa?: string): void {
  server.setSecureContext({ minVersion: tls.minVersion, ...askingFor(clientCa), cert, key });
}

/**
 * Resolves with the address in use: the real port for port 0. Rejects when the address is in use or not local. `share`: others that share
 * it may listen there too; when one of them is killed, the kernel gives its new connections to the rest.
 */
export function listen(
  server: Server | TlsServer,
  { host, port }: ListenAddress,
  share = false,
): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, backlog, ...(host !== '' && { host }), ...(share && { reusePort: true }) }, () => {
      server.off('error', reject);
      const bound = server.address() as AddressInfo;
      resolve({ host: bound.address, port: bound.port });
    });
  });
}

/** `[::1]:8443`. */
export function formatAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
