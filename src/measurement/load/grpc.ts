// The traffic of unary gRPC calls, to the lab's service or to the standard health service, in turn over a number of connections.

import { type Client as Channel, type Metadata, type MethodDefinition, status } from '@grpc/grpc-js';
import { service as health } from 'grpc-health-check';
import { echoService } from '../test-app/protocol.ts';
import { healthPath, type LoadSettings, type TrafficLoad } from '../traffic.ts';
import { type RequestLoss, timedOut } from './classify.ts';
import type { Attempt, Client } from './client.ts';
import { deadline } from './deadline.ts';
import { isConnected, lossOf, openChannels } from './grpc-channel.ts';

interface Reply {
  readonly pod?: string;
  /** Of the health service. */
  readonly status?: string;
}

type Method = MethodDefinition<{ readonly id: string; readonly pod: string } | { readonly service: string }, Reply>;

export function grpcUnaryClient(load: TrafficLoad, settings: LoadSettings): Client {
  const channels = openChannels(load, settings);
  const asksHealth = new URL(load.url).pathname === healthPath;
  const method = (asksHealth ? health.Check : echoService.Unary) as unknown as Method;
  let sent = 0;
  return {
    send: (timeoutMs) => {
      sent += 1;
      const channel = channels[sent % channels.length];
      if (channel === undefined) throw new Error('gRPC traffic needs at least one connection');
      return call(channel, { method, request: asksHealth ? { service: '' } : { id: `${sent}`, pod: '' } }, timeoutMs);
    },
    close: async () => {
      for (const channel of channels) channel.close();
    },
  };
}

interface Call {
  readonly method: Method;
  readonly request: Parameters<Method['requestSerialize']>[0];
}

function call(channel: Channel, { method, request }: Call, timeoutMs: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const connection = isConnected(channel) ? 'reused' : 'new';
    let metadata: Metadata | undefined;
    const stage = () => (metadata === undefined ? 'sent' : 'answering');
    const finish = (end: RequestLoss | ReturnType<typeof judge>) => {
      cancel();
      const pod = metadata?.get('x-hitless-pod')[0];
      resolve({ connection, ...(typeof pod === 'string' && { pod }), ...end });
    };
    const { path, requestSerialize, responseDeserialize } = method;
    const done = channel.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, reply) =>
      finish(error === null ? judge(reply) : lossOf(error, stage())),
    );
    done.on('metadata', (heard) => {
      metadata = heard;
    });
    const cancel = deadline(timeoutMs, () => {
      finish(timedOut(connection === 'new' && !isConnected(channel) ? 'connecting' : stage()));
      done.cancel();
    });
  });
}

function judge({ pod, status: serving }: Reply = {}): Omit<Attempt, 'connection'> {
  if (serving !== undefined && serving !== 'SERVING')
    return { outcome: 'http-error', status: status.OK, detail: serving };
  return { outcome: 'ok', status: status.OK, ...(pod && { pod }) };
}
