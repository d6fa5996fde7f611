// One request of the load and its outcome. All times are milliseconds since 1970 by this process's monotonic clock.

import type { Traffic } from '../traffic.ts';

/**
 * `refused`: the connection was refused. `reset-unsent`: reset before a byte of the request was sent (a new connection that
 * breaks during its handshake as well). `reset-sent`: reset, or closed without an answer, after bytes were sent. `unreachable`:
 * no route, no address. `timeout`: no answer in time (including an unanswered SYN). `http-error`: a 5xx response, or a gRPC
 * status chosen by the server or a proxy. `cut`: the response, stream or socket ended in the middle.
 */
export const outcomes = [
  'ok',
  'refused',
  'reset-unsent',
  'reset-sent',
  'unreachable',
  'timeout',
  'http-error',
  'cut',
] as const;

export type RequestOutcome = (typeof outcomes)[number];

export interface Sample {
  readonly lane: Traffic;
  /** When it was scheduled to be sent. Latency counts from here, so that a stalled sender hides nothing. */
  readonly dueMs: number;
  /** When it was actually sent; the difference to dueMs is the scheduling error. */
  readonly sentMs: number;
  /** When the outcome was known. */
  readonly endMs: number;
  /** Of the last attempt. */
  readonly connection: 'new' | 'reused';
  readonly outcome: RequestOutcome;
  /** The HTTP or gRPC status, where there was one. */
  readonly status?: number;
  /** What the system or library said about a loss, such as ECONNRESET; short. */
  readonly detail?: string;
  /** The pod that answered, as it reports itself; absent where none answered or it does not report its name. */
  readonly pod?: string;
  /** How often it was retried; absent for 0. */
  readonly retries?: number;
  /** Its number among those of its kind, where requests carry ids: see requestIdOf. */
  readonly request?: number;
}

/** The X-Request-Id of a request: one in all of a load. */
export function requestIdOf(lane: Traffic, request: number): string {
  return `${lane}-${request}`;
}

export function isLost(sample: Sample): boolean {
  return sample.outcome !== 'ok';
}
