// The traffic of bidirectional gRPC streams: messages with an id, each answered by one with the same id, on long-lived streams.

import { type Client as Channel, status } from '@grpc/grpc-js';
import { echoService, isDraining } from '../test-app/protocol.ts';
import type { LoadSettings, TrafficLoad } from '../traffic.ts';
import type { RequestLoss } from './classify.ts';
import type { Client } from './client.ts';
import { isConnected, lossOf, openChannels } from './grpc-channel.ts';
import { type ChannelEvents, type LongLivedChannel, longLivedClient } from './long-lived.ts';

export function grpcStreamClient(load: TrafficLoad, settings: LoadSettings): Client {
  const channels = openChannels(load, settings);
  const streams = longLivedClient((seat, events) => {
    const channel = channels[seat];
    if (channel === undefined) throw new Error(`there is no connection ${seat}`);
    return openStream(channel, events);
  }, channels.length);
  return {
    send: streams.send,
    close: async () => {
      await streams.close();
      for (const channel of channels) channel.close();
    },
  };
}

function openStream(channel: Channel, events: ChannelEvents): LongLivedChannel {
  const { path, requestSerialize, responseDeserialize } = echoService.Stream;
  const stream = channel.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  let opened = false;
  let pod: string | undefined;
  const open = () => {
    opened = true;
    events.opened();
  };
  stream.on('metadata', (heard) => {
    const [name] = heard.get('x-hitless-pod');
    if (typeof name === 'string') pod = name;
    open();
  });
  stream.on('data', (message) => {
    open();
    if (isDraining(message)) events.draining();
    else events.answered(message.id, message.pod || pod);
  });
  // The status says the same, and arrives after the last answer.
  stream.on('error', () => undefined);
  stream.on('status', (ended) => events.ended(endOf(ended)));
  return {
    send: (id) => stream.write({ id, pod: '' }),
    // After GOAWAY this stream may finish normally; the next message belongs on a new connection.
    usable: () => !opened || isConnected(channel),
    close: () => stream.end(),
    abort: () => stream.cancel(),
  };
}

/** Messages still unanswered at the end of the stream are cut, whichever side ended it; an error status counts for each of them. */
function endOf(ended: { readonly code: number; readonly details: string }): RequestLoss {
  if (ended.code === status.OK) return { outcome: 'cut', detail: 'stream ended' };
  return lossOf(ended, 'answering');
}
