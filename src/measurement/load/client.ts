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
 * Whether a retry does no harm: no byte of the request was sent, or it is a GET, which may be executed twice, and its kept connection
 * broke before a response began, which is when browsers and libraries retry as well, or a gateway answered in place of the server.
 */
export function isSafeToRetry(lane: Traffic, { outcome, connection, status }: Attempt): boolean {
  if (neverSent.includes(outcome)) return true;
  const isBroken = outcome === 'reset-sent' && connection === 'reused';
  const isGatewayError = outcome === 'http-error' && gatewayErrors.includes(status);
  return (isBroken || isGatewayError) && idempotent.includes(lane);
}
