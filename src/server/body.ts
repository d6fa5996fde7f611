// The body of a call: raw bytes within the limit, then plain JSON.

import type { IncomingMessage } from 'node:http';
import type { Json } from '../workload/json.ts';
import { Refusal } from './status.ts';

type Done = (error: Error | null, body?: Buffer) => void;

export interface BodyLimits {
  readonly oneBytes: number;
  /** Of all bodies that are on their way at one time: a crowd of slow senders must not take the memory of the rest. */
  readonly allBytes: number;
  /** How long one may take. */
  readonly deadlineMs?: number;
}

// API servers send a body at once and wait 10 s for the answer, 30 s at most.
const usualDeadlineMs = 15_000;

/**
 * Gives a function that collects one body. It reads to the end also what it refuses, without keeping it: an answer before the end
 * reaches many callers as a reset connection. Only who takes longer than the deadline is answered before.
 */
export function bodyCollector(limits: BodyLimits): (stream: IncomingMessage, done: Done) => void {
  const { oneBytes, allBytes, deadlineMs } = limits;
  let heldByAll = 0;
  return (stream, done) => {
    const chunks: Buffer[] = [];
    let [bytes, held] = [0, 0];
    let crowded = false;
    const release = () => {
      heldByAll -= held;
      held = 0;
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      crowded ||= heldByAll + chunk.length > allBytes;
      if (crowded || bytes > oneBytes) {
        release();
        chunks.length = 0;
        return;
      }
      held += chunk.length;
      heldByAll += chunk.length;
      chunks.push(chunk);
    };
    stream.on('data', take);
    whenOver(stream, deadlineMs, (failure) => {
      stream.off('data', take);
      release();
      if (failure !== undefined) return done(failure);
      if (bytes > oneBytes) return done(new Refusal(413, `the body has ${bytes} bytes, allowed are ${oneBytes}`));
      if (crowded) return done(new Refusal(503, 'too many bodies are on their way at once', { connection: 'close' }));
      done(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
  };
}

/** Reads to the end and keeps nothing. `done` gets a refusal only when the end does not come. */
export function discardBody(stream: IncomingMessage, done: (failure?: Refusal) => void, deadlineMs?: number): void {
  whenOver(stream, deadlineMs, done);
  stream.resume();
}

/** Calls `over` once: at the end, when the connection breaks, or at the deadline. */
function whenOver(stream: IncomingMessage, deadlineMs = usualDeadlineMs, over: (failure?: Refusal) => void): void {
  let open = true;
  const end = (failure?: Refusal) => {
    clearTimeout(timer);
    if (open) over(failure);
    open = false;
  };
  const late = `the body did not come within ${deadlineMs / 1000} s`;
  const timer = setTimeout(() => end(new Refusal(408, late, { connection: 'close' })), deadlineMs);
  stream.once('end', () => end());
  stream.once('error', () => end(new Refusal(400, 'the connection ended before the body did')));
}

/** A refusal unless the headers promise JSON that is not compressed. */
export function checkHeaders({ headers }: IncomingMessage): Refusal | undefined {
  const type = headers['content-type'];
  if (type !== 'application/json' && !/^\s*(application|text)\/([^;\s]+\+)?json\s*(;|$)/i.test(type ?? '')) {
    return new Refusal(
      415,
      `the content type is ${JSON.stringify(type ?? '').slice(0, 100)}, allowed is application/json`,
    );
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return new Refusal(415, `the content encoding is ${JSON.stringify(encoding).slice(0, 100)}, allowed is none`);
  }
  return undefined;
}

/**
 * Plain JSON. A key `__proto__` becomes an own property like any other, because JSON.parse defines and does not assign.
 * @throws Refusal when the body is empty or no JSON.
 */
export function parseBody(body: Buffer | undefined): Json {
  if (body === undefined || body.length === 0)
    throw new Refusal(400, 'the body is empty, an AdmissionReview is expected');
  try {
    return JSON.parse(body.toString()) as Json;
  } catch {
    throw new Refusal(400, `the body of ${body.length} bytes is no valid JSON, or was cut off on the way`);
  }
}
