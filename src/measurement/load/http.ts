// The traffic over HTTP/1.1: GET and POST, on a new connection each, or on kept connections.

import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import type { LoadSettings, TrafficLoad } from '../traffic.ts';
import { classify, type RequestLoss, type RequestStage, timedOut } from './classify.ts';
import type { Attempt, Client } from './client.ts';
import { type ConnectionPool, connectionPool } from './connection-pool.ts';
import { deadline } from './deadline.ts';
import { trustOf } from './trust.ts';

export function httpClient({ lane, url }: TrafficLoad, settings: LoadSettings): Client {
  const target = targetOf(url, settings);
  const post = lane.startsWith('post');
  const kept = lane.endsWith('kept') ? connectionPool(target, settings.connections) : undefined;
  let sent = 0;
  return {
    send: (timeoutMs, requestId) => {
      const to = requestId === undefined ? target : withId(target, requestId);
      const options = post ? posting(to, `${sent++}`) : { options: { ...to, method: 'GET' } };
      return kept === undefined ? exchange(options, timeoutMs) : exchangeOver(kept, options, timeoutMs);
    },
    close: async () => kept?.close(),
  };
}

/** Without an agent, a request opens a connection, asks for it to be closed, and closes it. */
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

function withId(target: RequestOptions, requestId: string): RequestOptions {
  return { ...target, headers: { ...target.headers, 'x-request-id': requestId } };
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

/** Waiting for a connection counts. */
async function exchangeOver(kept: ConnectionPool, outgoing: Outgoing, timeoutMs: number): Promise<Attempt> {
  const untilMs = performance.now() + timeoutMs;
  // Read now: at the end, the connections that it waited for may be gone.
  const stood = kept.stands();
  const slot = await kept.take(timeoutMs);
  const remainingMs = untilMs - performance.now();
  if (slot !== undefined && remainingMs >= 1) {
    const options = { ...outgoing.options, agent: slot.agent };
    return exchange({ ...outgoing, options }, remainingMs).finally(slot.free);
  }
  slot?.free();
  return { connection: stood ? 'reused' : 'new', ...timedOut('waiting') };
}

function exchange({ options, body }: Outgoing, timeoutMs: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const request = (options.protocol === 'https:' ? requestTls : requestPlain)(options);
    const { way, reused } = follow(request);
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

/** How far a request has come, computed on demand. */
function follow(request: ClientRequest): Followed {
  let connected: { readonly socket: Socket; readonly bytesRead: number } | undefined;
  let reused = false;
  request.once('socket', (socket) => {
    const connect = () => {
      connected = { socket, bytesRead: socket.bytesRead };
    };
    // Node.js does not count a socket as reused when the previous request hands it over without an idle time.
    reused = request.reusedSocket || !socket.pending;
    if (reused) connect();
    // What Node.js has buffered for the connection is written in the same turn as this.
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connect);
  });
  const way = () => {
    if (connected === undefined) return 'connecting';
    const { socket, bytesRead } = connected;
    // Over TLS, some bytes do not belong to a response.
    const begun = !('encrypted' in socket) && socket.bytesRead > bytesRead;
    return begun ? 'answering' : 'sent';
  };
  return { way, reused: () => reused };
}

function heard({ statusCode, headers }: IncomingMessage): Pick<Attempt, 'status' | 'pod'> {
  const pod = headers['x-hitless-pod'];
  return { ...(statusCode !== undefined && { status: statusCode }), ...(typeof pod === 'string' && { pod }) };
}

/** Our POST must succeed; for a GET of any address, every status below 500 counts as an answer. */
function judge(response: IncomingMessage, posted: boolean): Omit<Attempt, 'connection'> {
  const { statusCode: status = 0 } = response;
  const failed = status >= 500 || (posted && (status < 200 || status >= 300));
  return { ...heard(response), outcome: failed ? 'http-error' : 'ok' };
}
