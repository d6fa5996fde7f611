// The HTTP half of the test application: GET / and POST / answer, GET /healthz is the probe, /ws is a WebSocket.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket, Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { within, work } from './clock.ts';
import { openConversations } from './long-lived.ts';
import { listenOn, type ProtocolServer, type ProtocolServerOptions } from './protocol-server.ts';
import { echoSockets, type Upgrade } from './websocket.ts';

// Longer than any load balancer keeps an idle connection (Google's: 600 s), so that this server only closes one on SIGTERM.
const keepAliveTimeout = 620_000;

export function httpServer(options: ProtocolServerOptions): ProtocolServer {
  const { connectionTimes, controls = {}, onRequest } = options;
  const conversations = openConversations();
  const state = { draining: false };
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    const control = Object.hasOwn(controls, routeOf(request)) ? controls[routeOf(request)] : undefined;
    if (control !== undefined) return control(response);
    if (request.url !== '/healthz') connectionTimes.load(request.socket);
    const id = request.headers['x-request-id'];
    if (typeof id === 'string') onRequest?.(id);
    // A client that disconnected does not get an answer, and does not miss it.
    answer(request, response, { ...options, state }).catch(() => response.destroy());
  });
  const silent = silentSockets(server);
  server.on('connection', connectionTimes.accepted);
  server.on('upgrade', upgrading(echoSockets(options, conversations), options));
  return {
    listen: (port) => listenOn(server, port),
    close: () => new Promise((resolve) => server.close(() => resolve())),
    drain: async (drainMs) => {
      state.draining = true;
      void conversations.leave(drainMs);
      const closed = stopListening(server);
      await within(drainMs, closed);
      // What is here already, unread, is read first.
      await turn();
      server.closeIdleConnections();
      for (const socket of silent()) socket.destroy();
      await closed;
    },
  };
}

interface Answering extends ProtocolServerOptions {
  readonly state: { readonly draining: boolean };
}

async function answer(request: IncomingMessage, response: ServerResponse, { pod, workMs, state }: Answering) {
  const body = await buffer(request);
  const route = routeOf(request);
  if (route.endsWith(' /')) await work(workMs);
  response.setHeader('x-hitless-pod', pod);
  // Only now: the signal may have come in the meantime. The client learns that it must not use this connection again.
  if (state.draining) response.setHeader('connection', 'close');
  if (route === 'GET /' || route === 'HEAD /') response.end(`${pod}\n`);
  else if (route === 'POST /') response.end(body);
  else if (route === 'GET /healthz') response.writeHead(state.draining ? 503 : 200).end();
  else response.writeHead(404).end();
}

function routeOf({ method, url }: IncomingMessage): string {
  return `${method} ${url?.split('?')[0]}`;
}

function upgrading(upgrade: Upgrade, { connectionTimes }: ProtocolServerOptions) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    connectionTimes.load(request.socket);
    if (request.url === '/ws') upgrade(request, socket, head);
    // From here on, errors of the socket must be handled here.
    else socket.on('error', () => {}).end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  };
}

/** Connections that have not sent a byte: to the server they do not count as idle. */
function silentSockets(server: Server): () => readonly Socket[] {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => [...open].filter(({ bytesRead }) => bytesRead === 0);
}

/**
 * Resolves when every connection is gone. The close() of an HTTP server closes idle connections at once, on which a request may
 * be arriving; that of its base class leaves them alone.
 */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => TcpServer.prototype.close.call(server, () => resolve()));
}
