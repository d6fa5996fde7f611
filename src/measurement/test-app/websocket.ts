// The WebSocket of the test application: each message comes back as { id, pod }.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { work } from './clock.ts';
import type { Conversations, Talk } from './long-lived.ts';
import { draining } from './protocol.ts';
import type { ProtocolServerOptions } from './protocol-server.ts';

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const goingAway = 1001;
// closeTimeout, not in the library's types: a client that does not answer our close frame by then never will.
const settings: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  perMessageDeflate: false,
  closeTimeout: 1000,
};

export function echoSockets(
  options: Pick<ProtocolServerOptions, 'pod' | 'workMs'>,
  conversations: Conversations,
): Upgrade {
  const server = new WebSocketServer(settings);
  server.on('connection', (socket) => converse(socket, options, conversations));
  return (request, socket, head) => {
    server.handleUpgrade(request, socket, head, (webSocket) => server.emit('connection', webSocket, request));
  };
}

function converse(
  socket: WebSocket,
  options: Pick<ProtocolServerOptions, 'pod' | 'workMs'>,
  conversations: Conversations,
) {
  const talk = conversations.join({
    sayDraining: () => socket.ping(draining),
    end: () => socket.close(goingAway, draining),
  });
  socket.on('message', (data) => void answer(data, socket, { ...options, talk }));
  socket.on('close', talk.gone);
  // A client that disconnects; close follows.
  socket.on('error', () => {});
}

interface Answering extends Pick<ProtocolServerOptions, 'pod' | 'workMs'> {
  readonly talk: Talk;
}

async function answer(data: RawData, socket: WebSocket, { pod, workMs, talk }: Answering): Promise<void> {
  if (!talk.begin()) return;
  await work(workMs);
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ id: idOf(String(data)), pod }));
  talk.answered();
}

/** Of a message that is JSON with an id; any other message is its own id. */
function idOf(message: string): unknown {
  try {
    return JSON.parse(message)?.id ?? message;
  } catch {
    return message;
  }
}
