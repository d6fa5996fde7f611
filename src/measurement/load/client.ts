// What one kind of traffic does, whatever its protocol: send one request, and say how it ended.

import type { Traffic } from '../traffic.ts';
import type { RequestOutcome } from './sample.ts';

/** How one attempt of a request ended. */
export interface Attempt {
  readonly connection: 'new' | 'reused';
  readonly outcome: RequestOutcome;
  readonly status?: number;
  readonly detail?: string;
  readonly pod?: string;
}

export interface Client {
  /** Never rejects, and takes timeoutMs at most. */
  readonly send: (timeoutMs: number) => Promise<Attempt>;
  /** Closes every connection; requests in progress may be cut off. */
  readonly close: () => Promise<void>;
}

const neverSent: readonly RequestOutcome[] = ['refused', 'unreachable', 'reset-unsent'];
const idempotent: readonly Traffic[] = ['get-new', 'get-kept'];

/**
 * Whether a retry cannot execute the request twice: no byte of it was sent, or it is a GET whose kept connection broke before
 * a response began, which is when browsers and libraries retry as well.
 */
export function isSafeToRetry(lane: Traffic, { outcome, connection }: Attempt): boolean {
  if (neverSent.includes(outcome)) return true;
  return outcome === 'reset-sent' && connection === 'reused' && idempotent.includes(lane);
}
