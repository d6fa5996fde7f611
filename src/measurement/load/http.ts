// The traffic over HTTP/1.1: GET and POST, on a connection of their own each, or on connections that are kept.

import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request as requestPlain,
} from 'node:http';
import { request as requestTls } from 'node:https';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import type { LoadSettings, TrafficLoad } from '../traffic.ts';
import { classify, type RequestLoss, type RequestStage, timedOut } from './classify.ts';
import type { Attempt, Client } from './client.ts';
import { connectionPool } from './connection-pool.ts';
import { deadline } from './deadline.ts';
import { trustOf } from './trust.ts';

export function httpClient({ lane, url }: TrafficLoad, settings: LoadSettings): Client {
  const target = targetOf(url, settings);
  const post = lane.startsWith('post');
  const kept = lane.endsWith('kept') ? connectionPool(target, settings.connections) : undefined;
  let sent = 0;
  return {
    send: (timeoutMs) => {
      const options = post ? posting(target, `${sent++}`) : { options: { ...target, method: 'GET' } };
      if (kept === undefined) return exchange(options, timeoutMs);
      const { agent, free } = kept.take();
      return exchange({ ...options, options: { ...options.options, agent } }, timeoutMs).finally(free);
    },
    close: async () => kept?.close(),
  };
}

/** Without an agent of its own a request opens a connection, asks for it to be closed, and closes it. */
function targetOf(url: string, { localAddress, tls }: LoadSettings): RequestOptions {
  const target = urlToHttpOptions(new URL(url));
  return {
    ...target,
    headers: { 'user-agent': 'hitless-load' },
    agent: false,
    ...(localAddress !== undefined && { localAddress }),
    ...(target.protocol === 'https:' && trustOf(tls)),
  };
}

interface Outgoing {
  readonly options: RequestOptions;
  readonly body?: string;
}

/** A small body with an id, such as `{"id":"17"}`. */
function posting(target: RequestOptions, id: string): Outgoing {
  const body = JSON.stringify({ id });
  const headers = { ...target.headers, 'content-type': 'application/json', 'content-length': body.length };
  return { options: { ...target, method: 'POST', headers }, body };
}

function exchange({ options, body }: Outgoing, timeoutMs: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const request = (options.protocol === 'https:' ? requestTls : requestPlain)(options);
    const { way, reused } = follow(request, options.agent);
    const stage = (): RequestStage => (response === undefined ? way() : 'answering');
    const finish = (end: Omit<Attempt, 'connection'>) => {
      cancel();
      resolve({ connection: reused() ? 'reused' : 'new', ...end });
    };
    const lose = (loss: RequestLoss, response?: IncomingMessage) => {
      finish({ ...(response && heard(response)), ...loss });
      request.destroy();
    };
    let response: IncomingMessage | undefined;
    const cancel = deadline(timeoutMs, () => lose(timedOut(stage()), response));
    request.on('error', (error) => lose(classify(error, stage()), response));
    request.on('response', (received) => {
      response = received;
      received.on('error', (error) => lose(classify(error, 'answering'), received));
      received.on('end', () => finish(judge(received, options.method === 'POST')));
      received.resume();
    });
    request.end(body);
  });
}

interface Followed {
  readonly way: () => RequestStage;
  readonly reused: () => boolean;
}

/** How far it is, asked when it matters. */
function follow(request: ClientRequest, agent: RequestOptions['agent']): Followed {
  let connected: { readonly socket: Socket; readonly bytesRead: number } | undefined;
  let reused: boolean | undefined;
  // Asked now: at the end the one that it waited for may be given up already.
  const stood = isConnected(agent);
  request.once('socket', (socket) => {
    const connect = () => {
      connected = { socket, bytesRead: socket.bytesRead };
    };
    // Node.js does not count it as reused when it comes from the request before without having been idle.
    reused = request.reusedSocket || !socket.pending;
    if (reused) connect();
    // Whatever Node.js has kept for the connection to come is written in the same turn as this.
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connect);
  });
  const way = () => {
    if (reused === undefined) return 'waiting';
    if (connected === undefined) return 'connecting';
    const { socket, bytesRead } = connected;
    // Over TLS bytes come that belong to no answer.
    const begun = !('encrypted' in socket) && socket.bytesRead > bytesRead;
    return begun ? 'answering' : 'sent';
  };
  return { way, reused: () => reused ?? stood };
}

/** Whether the connection stands that a further request would wait for. */
function isConnected(agent: RequestOptions['agent']): boolean {
  const busy = agent instanceof Agent ? Object.values(agent.sockets).flat() : [];
  return busy.some((socket) => socket?.pending === false);
}

function heard({ statusCode, headers }: IncomingMessage): Pick<Attempt, 'status' | 'pod'> {
  const pod = headers['x-hitless-pod'];
  return { ...(statusCode !== undefined && { status: statusCode }), ...(typeof pod === 'string' && { pod }) };
}

/** Our POST is right or wrong; what a GET of anybody's address answers below 500 is an answer. */
function judge(response: IncomingMessage, posted: boolean): Omit<Attempt, 'connection'> {
  const { statusCode: status = 0 } = response;
  const failed = status >= 500 || (posted && (status < 200 || status >= 300));
  return { ...heard(response), outcome: failed ? 'http-error' : 'ok' };
}
