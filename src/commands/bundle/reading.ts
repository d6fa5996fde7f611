// Reads one thing after the other, for a limited time each, and never a Secret. What cannot be read is known by a reason that quotes
// nothing: the API server's sentences name users and addresses.

import { TooLong } from '../../cluster/client/answer.ts';
import { type Api, ApiError, type Call, IdleTimeout } from '../../cluster/client/api.ts';
import type { Guard } from '../../cluster/known.ts';
import { isBug } from '../with-cluster.ts';
import { bounds } from './bounds.ts';

const secrets = /^\/api\/v1(?:\/namespaces\/[^/]+)?\/secrets/;

/** The same API: no Secret is asked for, nothing is changed, each answer is complete in time, and lists have an end. */
export function readingApi(api: Api, longestMs: number): Api {
  const asked = new Map<string, number>();
  const limited = (call: Call): Call => {
    if (secrets.test(call.path) || call.method !== undefined) throw new Error('a bundle reads, and no Secrets');
    const times = (asked.get(call.path) ?? 0) + 1;
    asked.set(call.path, times);
    if (times > bounds.pages) throw new TooLong(`${call.path} has more than ${bounds.pages} pages`);
    return { signal: AbortSignal.timeout(longestMs), silenceMs: longestMs, ...call };
  };
  return { json: async (call) => api.json(limited(call)), stream: async (call) => api.stream(limited(call)) };
}

export interface Attempts {
  readonly attempt: Guard;
  /** Of what was asked first and could not be read; undefined once anything was. */
  readonly failure: () => Error | undefined;
}

export function createAttempts(): Attempts {
  let first: Error | undefined;
  let anyRead = false;
  const attempt: Guard = async (permission, ask) => {
    try {
      const value = await ask();
      anyRead = true;
      return { kind: 'known', value };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      first ??= error;
      const isForbidden = error instanceof ApiError && error.code === 403;
      return { kind: 'unknown', why: `${plainReason(error)}${isForbidden ? `: no permission to ${permission}` : ''}` };
    }
  };
  return { attempt, failure: () => (anyRead ? undefined : first) };
}

/** Why there is no whole answer: a clause. */
export function plainReason(error: Error): string {
  const { code, name } = error as NodeJS.ErrnoException;
  if (error instanceof ApiError) return refusals[error.code] ?? `it was refused with the HTTP status ${error.code}`;
  if (error instanceof TooLong) return 'the answer is too long';
  if (error instanceof IdleTimeout || code === 'ABORT_ERR' || name === 'TimeoutError')
    return 'the answer was not complete in time';
  if (code === 'ECONNRESET') return 'the connection broke off before the answer was complete';
  if (isBug(error)) return 'the answer has a shape that hitless does not expect';
  return code === undefined ? 'the answer cannot be read' : `there is no connection (${code})`;
}

const refusals: Readonly<Record<number, string>> = {
  401: 'a login or a token is missing (401)',
  403: 'it is forbidden (403)',
  404: 'there is none (404)',
};

export interface ReadLines {
  readonly lines: readonly string[];
  /** Why they are not all: a clause. */
  readonly why?: string;
}

export interface LineBounds {
  /** The last so many. */
  readonly lines: number;
  readonly bytes: number;
}

/** What came before a stream broke off counts. @throws where it does not begin */
export async function readLines(api: Api, call: Call, bounds: LineBounds): Promise<ReadLines> {
  const stream = await api.stream(call);
  const lines: string[] = [];
  let bytes = 0;
  try {
    for await (const line of stream) {
      bytes += Buffer.byteLength(line) + 1;
      if (bytes > bounds.bytes) return { lines, why: `it was cut off after ${bounds.bytes} bytes` };
      lines.push(line);
      if (lines.length > bounds.lines) lines.shift();
    }
    return { lines };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { lines, why: plainReason(error) };
  }
}
