// Requests to the API server: JSON in and out, or a stream of lines. No retries here: the caller knows what a failure means.

import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isObject, type JsonObject, own } from '../../workload/json.ts';
import type { Access } from './access.ts';
import { bodyText, linesOf, parseObject } from './answer.ts';
import { warningsOf } from './warnings.ts';

export interface Call {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** GET when absent. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** Of the body; application/json when absent. */
  readonly contentType?: string;
  /** What the answer should be; application/json when absent. */
  readonly accept?: string;
  /** The longest silence on the connection, in milliseconds. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
  /** Called with the API server's time, whatever its answer is. */
  readonly answered?: (date: Date) => void;
  /** Called with each warning of the API server and its webhooks, whatever the answer is. */
  readonly warned?: (text: string) => void;
  /** The longest answer to read as JSON. */
  readonly mostBytes?: number;
  /** Called with the length of the answer. */
  readonly received?: (bytes: number) => void;
}

/** Throws ApiError for an answer other than 2xx, Error for no answer. */
export interface Api {
  /** @throws TooLong; Error when the answer is not a JSON object. */
  readonly json: (call: Call) => Promise<JsonObject>;
  /** Resolves when the answer has begun. Iterating throws when the stream breaks off; leaving the loop closes the connection. */
  readonly stream: (call: Call) => Promise<AsyncIterable<string>>;
}

/** True of a refusal that only somebody's doing changes: nobody is logged in, a permission or a kind is missing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && [401, 403, 404].includes(error.code);
}

/** The API server answered with an error. */
export class ApiError extends Error {
  /** The HTTP status. */
  readonly code: number;
  /** When to retry, if it said so. */
  readonly retryAfterMs: number | undefined;
  /** Continue token for the rest of a list whose pages have expired (410), as it is now. */
  readonly resume: string | undefined;

  constructor(code: number, message: string, hints: { readonly retryAfterMs?: number; readonly resume?: string } = {}) {
    super(message);
    this.code = code;
    this.retryAfterMs = hints.retryAfterMs;
    this.resume = hints.resume;
  }
}

/** Nothing was received for too long, on a connection that looks open. */
export class IdleTimeout extends Error {}

const usualSilenceMs = 15_000;
// libuv sends ten probes, one each second, before it gives a connection up with ETIMEDOUT.
const keepAliveProbeMs = 10_000;
/** After this time a peer that has silently gone is noticed. */
export const noticedAfterMs = keepAliveProbeMs + 10_000;
export function createApi(access: Access): Api {
  return {
    json: async (call) => parseObject(await bodyText(await open(access, call), call), call.path),
    stream: async (call) => linesOf(await open(access, call)),
  };
}

/** The same API; `signal` aborts every call that has no signal of its own. */
export function withSignal(signal: AbortSignal, api: Api): Api {
  return {
    json: (call) => api.json({ signal, ...call }),
    stream: (call) => api.stream({ signal, ...call }),
  };
}

async function open(access: Access, call: Call): Promise<IncomingMessage> {
  const response = await send(access, call);
  if (response.headers.date !== undefined) call.answered?.(new Date(response.headers.date));
  if (call.warned !== undefined) for (const text of warningsOf(response)) call.warned(text);
  const code = response.statusCode ?? 0;
  if (code >= 200 && code < 300) return response;
  throw errorOf(code, await bodyText(response, {}), response.headers['retry-after']);
}

async function send({ server, options: optionsOf }: Access, call: Call): Promise<IncomingMessage> {
  const {
    path,
    query = {},
    method = 'GET',
    body,
    contentType = 'application/json',
    accept = 'application/json',
    signal,
  } = call;
  const { silenceMs = usualSilenceMs } = call;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const { headers, ...options } = await optionsOf();
  const url = new URL(`${server.pathname.replace(/\/$/, '')}${path}`, server);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const request = (server.protocol === 'http:' ? requestPlain : requestTls)(url, {
    ...options,
    method,
    timeout: silenceMs,
    headers: {
      ...headers,
      accept,
      'user-agent': 'hitless',
      // Node.js itself gives the body of a DELETE no length.
      ...(text !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }),
    },
    ...(signal && { signal }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('error', reject).once('response', (response) => {
    // The request knows why the connection ended; the response by itself only says that it did.
    request.on('error', (error) => response.destroy(error));
    request.once('timeout', () => response.destroy(silence()));
    response.on('error', () => undefined);
    resolve(response);
  });
  const silence = () => new IdleTimeout(`no data for ${silenceMs / 1000} s`);
  request.once('socket', (socket) => socket.setKeepAlive(true, keepAliveProbeMs));
  request.once('timeout', () => request.destroy(silence()));
  request.end(text);
  return promise;
}

/** The body of a failed answer is a Status, unless something in front of the API server answered. */
function errorOf(code: number, text: string, retryAfter: string | undefined): ApiError {
  let status: JsonObject = {};
  try {
    status = parseObject(text, 'the API server');
  } catch {
    // Taken as it is.
  }
  const { message, metadata } = status;
  const said = typeof message === 'string' ? message : text;
  const resume = own(isObject(metadata) ? metadata : undefined, 'continue');
  const seconds = Number(retryAfter);
  return new ApiError(code, `${code}: ${said.trim().slice(0, 300)}`, {
    ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
    ...(typeof resume === 'string' && resume !== '' && { resume }),
  });
}
