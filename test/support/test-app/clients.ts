// Plain clients for WebSocket and gRPC, that heed the word of a draining server or do not.

import { randomUUID } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { WebSocket } from 'ws';
import { draining, echoService, isDraining, type Message } from '../../../src/measurement/test-app/protocol.ts';
import { listenOn } from '../../../src/measurement/test-app/protocol-server.ts';
import type { Place, Sender } from './load.ts';

interface Line {
  readonly waiting: Map<string, { readonly resolve: (pod: string) => void; readonly reject: (error: Error) => void }>;
  readonly write: (id: string) => void;
  readonly end: () => void;
  usable: boolean;
}

/** Messages by turns on `count` lines; a line that is not usable any more makes room for a new one. */
function onLines(open: () => Line, count: number): Sender {
  const lines = Array.from({ length: count }, open);
  let sent = 0;
  const send = () => {
    sent += 1;
    const at = sent % count;
    const line = lines[at]?.usable === true ? lines[at] : open();
    lines[at] = line;
    return new Promise<string>((resolve, reject) => {
      line.waiting.set(`${sent}`, { resolve, reject });
      line.write(`${sent}`);
    });
  };
  return {
    send,
    close: () => {
      for (const line of lines) line.end();
    },
  };
}

function settle(line: Line, { id, pod }: Message): void {
  line.waiting.get(id)?.resolve(pod);
  line.waiting.delete(id);
  if (!line.usable && line.waiting.size === 0) line.end();
}

function retire(line: Line): void {
  line.usable = false;
  if (line.waiting.size === 0) line.end();
}

function lose(line: Line, why: string): void {
  line.usable = false;
  for (const { reject } of line.waiting.values()) reject(new Error(why));
  line.waiting.clear();
}

export interface Manners {
  /** Whether the client heeds the word that the server leaves. */
  readonly heeds: boolean;
}

export function webSockets(place: Place, { heeds }: Manners, count: number): Sender {
  const open = () => {
    const socket = new WebSocket(`ws://127.0.0.1:${place.port}/ws`);
    const early: string[] = [];
    const line: Line = {
      waiting: new Map(),
      write: (id) => (socket.readyState === socket.OPEN ? socket.send(JSON.stringify({ id })) : void early.push(id)),
      end: () => socket.close(),
      usable: true,
    };
    socket.on('open', () => early.splice(0).forEach(line.write));
    socket.on('message', (data) => settle(line, JSON.parse(String(data))));
    socket.on('ping', (data) => heeds && String(data) === draining && retire(line));
    socket.on('close', (code) => lose(line, `closed ${code}`));
    socket.on('error', ({ message }) => lose(line, message));
    return line;
  };
  return onLines(open, count);
}

export function grpcStreams(port: number, { heeds }: Manners, count: number): Sender {
  const client = grpcClient(port);
  const { path, requestSerialize, responseDeserialize } = echoService.Stream;
  const open = () => {
    const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, new Metadata());
    const line: Line = {
      waiting: new Map(),
      write: (id) => void call.write({ id, pod: '' }),
      end: () => call.end(),
      usable: true,
    };
    call.on('data', (message: Message) => {
      if (!isDraining(message)) settle(line, message);
      else if (heeds) retire(line);
    });
    call.on('status', ({ code }) => lose(line, `status ${code}`));
    call.on('error', () => {});
    return line;
  };
  const sender = onLines(open, count);
  return {
    send: sender.send,
    close: () => {
      sender.close();
      client.close();
    },
  };
}

export function grpcUnary(port: number): Sender {
  const client = grpcClient(port);
  const { path, requestSerialize, responseDeserialize } = echoService.Unary;
  const send = () =>
    new Promise<string>((resolve, reject) => {
      const message = { id: randomUUID(), pod: '' };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, (error, answer) => {
        if (error === null && answer?.id === message.id) resolve(answer.pod);
        else reject(error ?? new Error('another id'));
      });
    });
  return { send, close: () => client.close() };
}

function grpcClient(port: number): Client {
  // Each its own connection, not one shared by all clients of this process.
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
}

/** For clients that cannot be told where to connect: a port of bytes to the place of that moment. */
export async function service(place: Place): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createServer({ noDelay: true }, (front) => {
    const back = connect({ port: place.grpcPort, host: '127.0.0.1', noDelay: true });
    front.pipe(back).pipe(front);
    front.on('error', () => back.destroy());
    back.on('error', () => front.destroy());
  });
  return { port: await listenOn(server, 0), close: () => server.close() };
}
