// The body of a call: raw bytes within the limits, in one buffer.

import type { IncomingMessage } from 'node:http';
import { type Account, createBudget } from './body-budget.ts';
import { type BodyBuffer, createBodyBuffer } from './body-buffer.ts';
import { HttpError } from './http-error.ts';

type Done = (error: Error | null, body?: Buffer) => void;

export interface BodyLimits {
  readonly oneBytes: number;
  /** Of all bodies that are on their way or being answered at one time. */
  readonly allBytes: number;
  /** How long one may take. */
  readonly deadlineMs?: number;
}

export interface Bodies {
  /**
   * Reads to the end also what is too large, without keeping it: an answer before the end reaches many callers as a reset connection.
   * Only a sender that does not behave like an API server is answered earlier.
   */
  readonly collect: (stream: IncomingMessage, done: Done) => void;
  /** Must be called when the body is no longer needed, whatever became of it; more than once does no harm. */
  readonly release: (stream: IncomingMessage) => void;
}

// API servers send a body at once and wait 10 s for the answer, 30 s at most.
const usualDeadlineMs = 15_000;
// Each piece costs about a microsecond, whatever its size. TCP segments have 500 bytes at least, TLS records of API servers 1,000.
const pieces = { free: 1000, leastMeanBytes: 64 };

export function createBodies({ oneBytes, allBytes, deadlineMs }: BodyLimits): Bodies {
  const budget = createBudget(allBytes);
  // No WeakMap: one that changes with every call costs the garbage collector more than all the rest here.
  const accounts = new Map<IncomingMessage, Account>();
  const release = (stream: IncomingMessage) => {
    accounts.get(stream)?.close();
    accounts.delete(stream);
  };
  const collect = (stream: IncomingMessage, done: Done) => {
    const declared = declaredBytes(stream);
    let buffer: BodyBuffer | undefined = createBodyBuffer(Math.min(oneBytes, declared));
    let bytes = 0;
    const drop = () => {
      buffer = undefined;
      release(stream);
    };
    const end = whenOver(stream, deadlineMs, (failure) => {
      stream.off('data', take);
      const refusal = failure ?? (bytes > oneBytes ? tooLarge(bytes, oneBytes) : null);
      const body = refusal === null ? buffer?.content() : undefined;
      if (refusal === null) account.keep();
      else drop();
      done(refusal, body);
    });
    const take = (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > oneBytes) drop();
      // Counted before it is added.
      else if (buffer !== undefined && account.hold(buffer.sizeWith(piece), bytes === declared)) buffer.add(piece);
    };
    const account = budget.open(stream.socket?.remoteAddress ?? '', () => end(crowded()));
    accounts.set(stream, account);
    stream.on('data', take);
  };
  return { collect, release };
}

function declaredBytes({ headers }: IncomingMessage): number {
  return Number(headers?.['content-length'] ?? Number.POSITIVE_INFINITY);
}

function tooLarge(bytes: number, allowed: number): HttpError {
  return new HttpError(413, `the body must have at most ${allowed} bytes, found ${bytes}`);
}

function crowded(): HttpError {
  const message = 'too many bodies are arriving at once, and this one has taken the longest';
  return new HttpError(503, message, { 'retry-after': '1', connection: 'close' });
}

function crumbs(): HttpError {
  return new HttpError(400, 'the body arrives in too many small pieces', { connection: 'close' });
}

/** Reads to the end and keeps nothing. `done` gets a refusal only when the end does not come. */
export function discardBody(stream: IncomingMessage, done: (failure?: HttpError) => void, deadlineMs?: number): void {
  whenOver(stream, deadlineMs, done);
}

/** Reads, and calls `over` once: at the end, when the connection breaks, when the sender is too slow, or when the function that it gives is called. */
function whenOver(stream: IncomingMessage, deadlineMs = usualDeadlineMs, over: (failure?: HttpError) => void) {
  let open = true;
  let [bytes, count] = [0, 0];
  const end = (failure?: HttpError) => {
    clearTimeout(timer);
    stream.off('data', weigh);
    if (open) over(failure);
    open = false;
  };
  const weigh = ({ length }: Buffer) => {
    bytes += length;
    count += 1;
    if (count > pieces.free && bytes < count * pieces.leastMeanBytes) end(crumbs());
  };
  const late = `the body did not arrive within ${deadlineMs / 1000} s`;
  const timer = setTimeout(() => end(new HttpError(408, late, { connection: 'close' })), deadlineMs);
  stream.on('data', weigh);
  stream.once('end', () => end());
  stream.once('error', () => end(new HttpError(400, 'the connection closed before the body was complete')));
  return end;
}

/** A refusal unless the headers promise JSON that is not compressed. */
export function checkHeaders({ headers }: IncomingMessage): HttpError | undefined {
  const type = headers['content-type'];
  if (type !== 'application/json' && !/^\s*(application|text)\/([^;\s]+\+)?json\s*(;|$)/i.test(type ?? '')) {
    return new HttpError(
      415,
      `the content type must be application/json, found ${JSON.stringify(type ?? '').slice(0, 100)}`,
    );
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return new HttpError(
      415,
      `the body must not be encoded, found content encoding ${JSON.stringify(encoding).slice(0, 100)}`,
    );
  }
  return undefined;
}
