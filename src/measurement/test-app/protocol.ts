// The gRPC service of the experiment, for its server and for the load.
//
//   package hitless.lab.v1;
//   message Message { string id = 1; string pod = 2; }
//   service Echo {
//     rpc Unary(Message) returns (Message);
//     rpc Stream(stream Message) returns (stream Message);
//   }
//
// A server announces its shutdown before it ends a conversation, since a message can be on its way at any time: a WebSocket gets
// a ping with the payload `draining`, a stream a Message without an id. A client that knows this sends nothing more there, waits for the
// answers it is owed, and closes (the WebSocket) or ends (the stream) by itself: then nothing is lost, whatever the timing. For
// clients that do not know it, the conversation is ended right behind an answer, a while later.

import type { MethodDefinition, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** A request carries an id; its answer the same id, and the pod that answers. What is not set is ''. */
export interface Message {
  readonly id: string;
  readonly pod: string;
}

type Method = MethodDefinition<Message, Message>;

/** `Unary` answers once, `Stream` once for each message of the client, in their order. */
export interface EchoService extends ServiceDefinition<UntypedServiceImplementation> {
  readonly Unary: Method;
  readonly Stream: Method;
}

export const serviceName = 'hitless.lab.v1.Echo';

/** The payload of the ping that says: send nothing more, this server is shutting down. */
export const draining = 'draining';

/** The same on a stream; no answer has an empty id unless its request had. */
export function isDraining({ id }: Message): boolean {
  return id === '';
}

const onMessages = { requestType: 'Message', responseType: 'Message' };

const lab: Parameters<typeof fromJSON>[0] = {
  nested: {
    Message: { fields: { id: { type: 'string', id: 1 }, pod: { type: 'string', id: 2 } } },
    Echo: {
      methods: {
        Unary: { ...onMessages, comment: 'Answers once.' },
        Stream: { ...onMessages, requestStream: true, responseStream: true, comment: 'Answers each message.' },
      },
    },
  },
};

const definitions = fromJSON({ nested: { hitless: { nested: { lab: { nested: { v1: lab } } } } } }, { defaults: true });

// The library's types know no names; a test calls every method.
export const echoService = definitions[serviceName] as unknown as EchoService;
