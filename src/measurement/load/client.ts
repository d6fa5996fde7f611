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
  /** Never rejects, and takes timeoutMs at most. `requestId`: for its X-Request-Id, where the protocol has headers. */
  readonly send: (timeoutMs: number, requestId?: string) => Promise<Attempt>;
  /** Closes every connection; requests in progress may be cut off. */
  readonly close: () => Promise<void>;
}

const neverSent: readonly RequestOutcome[] = ['refused', 'unreachable', 'reset-unsent'];
const idempotent: readonly Traffic[] = ['get-new', 'get-kept'];
const gatewayErrors: readonly unknown[] = [502, 503, 504];

/**
 * Whether a retry cannot execute the request twice: no byte of it was sent, or it is a GET whose kept connection broke before
 * a response began, which is when browsers and libraries retry as well.
 */
export function isSafeToRetry(lane: Traffic, { outcome, connection }: Attempt): boolean {
  if (neverSent.includes(outcome)) return true;
  return outcome === 'reset-sent' && connection === 'reused' && idempotent.includes(lane);
}

/** Whether a gateway answered a GET in place of the server behind it, which may have executed it: a GET may be executed twice. */
export function isGatewayError(lane: Traffic, { outcome, status }: Attempt): boolean {
  return outcome === 'http-error' && gatewayErrors.includes(status) && idempotent.includes(lane);
}
