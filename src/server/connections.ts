// Limits the open connections, and picks the one to close for a new one: never the newcomer as long as another can go.
//
// First comes one that has had no answer yet (an unfinished handshake or body), then the one that has been idle longest; of the address
// with the most of them, so that a crowd from one place hinders only itself.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createShares } from './shares.ts';

export interface Connections {
  /** Includes those that have not finished their handshake, which the server itself does not know. */
  readonly closeAll: () => void;
}

interface Connection {
  readonly socket: Socket;
  readonly address: string;
  /** The last call that came on it, and its place among all calls. */
  request?: IncomingMessage;
  response?: ServerResponse;
  turn: number;
}

/** `closed` is called for each connection that was closed. */
export function limitConnections(server: Server | TlsServer, most: number, closed: () => void): Connections {
  const byPeer = new Map<string, Connection>();
  const bySocket = new WeakMap<Socket, Connection>();
  const unanswered = createShares<Connection>();
  const answered = createShares<Connection>();
  let turns = 0;
  const forget = (connection: Connection) => {
    unanswered.remove(connection);
    answered.remove(connection);
  };
  const makeRoomFor = (newcomer: Connection) => {
    const chosen =
      unanswered.choose((one) => one !== newcomer && isWaiting(one)) ?? answered.choose(isWaiting, byTurn) ?? newcomer;
    // Its socket needs a moment to close, and must not be chosen again.
    forget(chosen);
    chosen.socket.destroy();
    closed();
  };
  server.on('connection', (socket: Socket) => {
    // Closed before it was seen.
    if (socket.remoteAddress === undefined) return void socket.destroy();
    const peer = peerOf(socket);
    const connection: Connection = { socket, address: socket.remoteAddress, turn: 0 };
    byPeer.set(peer, connection);
    unanswered.set(connection, connection.address, 1);
    socket.once('close', () => {
      forget(connection);
      if (byPeer.get(peer) === connection) byPeer.delete(peer);
    });
    if (byPeer.size > most) makeRoomFor(connection);
  });
  // The socket of a request is another object than that of its connection when there is TLS in between.
  const connectionOf = (socket: Socket): Connection | undefined => {
    const known = bySocket.get(socket) ?? byPeer.get(peerOf(socket));
    if (known !== undefined) bySocket.set(socket, known);
    return known;
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connectionOf(request.socket);
    if (connection === undefined) return;
    const isFirst = connection.request === undefined;
    connection.request = request;
    connection.response = response;
    turns += 1;
    connection.turn = turns;
    if (!isFirst) return;
    response.once('close', () => {
      unanswered.remove(connection);
      if (!connection.socket.destroyed) answered.set(connection, connection.address, 1);
    });
  });
  return {
    closeAll: () => {
      for (const { socket } of byPeer.values()) socket.destroy();
    },
  };
}

function byTurn({ turn }: Connection): number {
  return turn;
}

/** Waits for its caller, which sends nothing or does not read the answer; not for hitless. */
function isWaiting({ request, response }: Connection): boolean {
  return request?.complete !== true || response?.writableEnded === true;
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
