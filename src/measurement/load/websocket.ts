// The traffic over WebSockets: messages {"id":"17"}, each answered by one with the same id, on long-lived sockets.

import { type RawData, WebSocket } from 'ws';
import { draining } from '../test-app/protocol.ts';
import type { LoadSettings, TrafficLoad } from '../traffic.ts';
import { classify, type RequestLoss } from './classify.ts';
import type { Client } from './client.ts';
import { type ChannelEvents, type LongLivedChannel, longLivedClient } from './long-lived.ts';
import { trustOf } from './trust.ts';

export function webSocketClient({ url }: TrafficLoad, { connections, localAddress, tls }: LoadSettings): Client {
  const options = {
    perMessageDeflate: false,
    headers: { 'user-agent': 'hitless-load' },
    ...(localAddress !== undefined && { localAddress }),
    ...(url.startsWith('wss:') && trustOf(tls)),
  };
  return longLivedClient((_seat, events) => openSocket(new WebSocket(url, options), events), connections);
}

function openSocket(socket: WebSocket, events: ChannelEvents): LongLivedChannel {
  const unsent: string[] = [];
  let loss: RequestLoss | undefined;
  socket.on('open', () => {
    events.opened();
    for (const id of unsent) sendTo(socket, id);
  });
  socket.on('message', (data) => hear(data, events));
  socket.on('ping', (data) => {
    if (data.toString() === draining) events.draining();
  });
  socket.on('unexpected-response', (_request, { statusCode: status = 0 }) => {
    loss = { outcome: 'http-error', detail: 'not a WebSocket', status };
    socket.terminate();
  });
  // Only matters before it is open; after that the close code contains the error.
  socket.on('error', (error) => {
    loss ??= classify(error, 'connecting');
  });
  socket.on('close', (code) => events.ended(loss ?? { outcome: 'cut', detail: `closed with ${code}` }));
  return {
    send: (id) => (socket.readyState === WebSocket.CONNECTING ? unsent.push(id) : sendTo(socket, id)),
    usable: () => socket.readyState === WebSocket.CONNECTING || socket.readyState === WebSocket.OPEN,
    close: () => socket.close(1000),
    abort: () => socket.terminate(),
  };
}

function sendTo(socket: WebSocket, id: string): void {
  // A failed write closes the socket as well.
  socket.send(JSON.stringify({ id }), () => undefined);
}

/** Ignores everything that is not an answer to one of our messages. */
function hear(data: RawData, { answered }: ChannelEvents): void {
  try {
    const { id, pod } = JSON.parse(data.toString()) as Readonly<Record<string, unknown>>;
    answered(String(id), typeof pod === 'string' ? pod : undefined);
  } catch {
    return;
  }
}
