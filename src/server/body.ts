// The body of a call: raw bytes within the limit, then plain JSON.

import type { IncomingMessage } from 'node:http';
import type { Json } from '../workload/json.ts';
import { Refusal } from './status.ts';

type Done = (error: Error | null, body?: Buffer) => void;

export interface BodyLimits {
  readonly oneBytes: number;
  /** Of all bodies that are on their way at one time: a crowd of slow senders must not take the memory of the rest. */
  readonly allBytes: number;
}

/**
 * Gives a function that collects one body. It reads to the end also what it refuses, without keeping it: an answer before the end
 * reaches many callers as a reset connection.
 */
export function bodyCollector({ oneBytes, allBytes }: BodyLimits): (stream: IncomingMessage, done: Done) => void {
  let heldByAll = 0;
  return (stream, done) => {
    const chunks: Buffer[] = [];
    let [bytes, held] = [0, 0];
    let crowded = false;
    const release = () => {
      heldByAll -= held;
      held = 0;
    };
    stream.on('data', (chunk: Buffer) => {
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
    });
    stream.once('end', () => {
      release();
      if (bytes > oneBytes) return done(new Refusal(413, `the body has ${bytes} bytes, allowed are ${oneBytes}`));
      if (crowded) return done(new Refusal(503, 'too many bodies are on their way at once', { connection: 'close' }));
      done(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    stream.once('error', () => {
      release();
      done(new Refusal(400, 'the connection ended before the body did'));
    });
  };
}

/** Reads to the end and keeps nothing. */
export function discardBody(stream: IncomingMessage, done: () => void): void {
  stream.once('end', done).once('error', done).resume();
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
