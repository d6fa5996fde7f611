// The gRPC half of the test application: Echo, and the health service.

import { setTimeout as sleep } from 'node:timers/promises';
import { Server, type ServerDuplexStream, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { within, work } from './clock.ts';
import { openGrpcListener } from './grpc-listener.ts';
import { type Conversations, openConversations } from './long-lived.ts';
import { echoService, type Message, serviceName } from './protocol.ts';
import type { ProtocolServer, ProtocolServerOptions } from './protocol-server.ts';

type Unary = ServerUnaryCall<Message, Message>;
type Stream = ServerDuplexStream<Message, Message>;
type Answering = Pick<ProtocolServerOptions, 'pod' | 'workMs'>;

const pollMs = 20;
// For the last bytes; after that, only calls that never end by themselves are left, such as health watches.
const lingerMs = 500;

export function grpcServer(options: ProtocolServerOptions): ProtocolServer {
  const server = new Server();
  const listener = openGrpcListener(server, options.connectionTimes);
  const conversations = openConversations();
  const health = new HealthImplementation({ '': 'SERVING', [serviceName]: 'SERVING' });
  let calls = 0;
  health.addToServer(server);
  server.addService(echoService, {
    Unary: async (call: Unary, reply: sendUnaryData<Message>) => {
      calls += 1;
      listener.load(call.getPeer());
      await work(options.workMs);
      reply(null, { id: call.request.id, pod: options.pod });
      calls -= 1;
    },
    Stream: (call: Stream) => {
      listener.load(call.getPeer());
      converse(call, options, conversations);
    },
  });
  return {
    listen: listener.listen,
    close: listener.close,
    drain: async (drainMs) => {
      for (const name of ['', serviceName]) health.setStatus(name, 'NOT_SERVING');
      void conversations.leave(drainMs);
      const closed = listener.close();
      await within(drainMs, closed);
      // A call whose client disconnected no longer has a socket that keeps the process alive.
      while (calls + conversations.open() > 0) await sleep(pollMs);
      await within(lingerMs, closed);
      server.forceShutdown();
    },
  };
}

function converse(call: Stream, { pod, workMs }: Answering, conversations: Conversations): void {
  const talk = conversations.join({
    sayDraining: () => call.write({ id: '', pod }),
    end: () => {
      call.end();
      talk.gone();
    },
  });
  call.on('data', async ({ id }: Message) => {
    if (!talk.begin()) return;
    await work(workMs);
    if (!call.cancelled) call.write({ id, pod });
    talk.answered();
  });
  call.on('end', talk.endAfterAnswers);
  // A client that breaks off.
  call.on('cancelled', talk.gone);
  call.on('error', talk.gone);
}
