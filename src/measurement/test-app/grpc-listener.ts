// The listener of the gRPC server. It is our own because the library does not report when a connection was accepted.

import { createServer, type Socket } from 'node:net';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import type { ConnectionTimes } from './connection-times.ts';
import { listenOn } from './protocol-server.ts';

export interface GrpcListener {
  readonly listen: (port: number) => Promise<number>;
  /** `peer` as a call names it: it carried a call that is not a probe. */
  readonly load: (peer: string) => void;
  /** Stops listening, sends GOAWAY, and resolves when every call has ended and every connection is closed. */
  readonly close: () => Promise<void>;
}

export function openGrpcListener(server: Server, connectionTimes: ConnectionTimes): GrpcListener {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Map<string, Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(peer, socket);
    socket.once('close', () => sockets.delete(peer));
    connectionTimes.accepted(socket);
    injector.injectConnection(socket);
  });
  return {
    listen: (port) => listenOn(listener, port),
    load: (peer) => {
      const socket = sockets.get(peer);
      if (socket !== undefined) connectionTimes.load(socket);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      await closed;
    },
  };
}
