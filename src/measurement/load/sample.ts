// One request of the load and what became of it. All times are milliseconds since 1970 by this process's monotonic clock.

import type { Traffic } from '../traffic.ts';

/**
 * `refused`: the connection was refused. `reset-unsent`: reset before a byte of the request was sent (a new connection that
 * breaks during its handshake as well). `reset-sent`: reset, or closed without an answer, after bytes were sent. `unreachable`:
 * no route, no address. `timeout`: no answer in time (a SYN that nobody answers as well). `http-error`: a 5xx answer, or a gRPC
 * status that the server or something between chose. `cut`: the answer, stream or socket ended in its middle.
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
  /** When the schedule wanted it sent. Latency counts from here, so that a stalled sender hides nothing. */
  readonly dueMs: number;
  /** When it was really begun; minus dueMs this is our own scheduling error. */
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
  /** The pod that answered, as it says; absent where none did or it does not say. */
  readonly pod?: string;
  /** How often it was tried again; absent for 0. */
  readonly retries?: number;
}

export function isLost(sample: Sample): boolean {
  return sample.outcome !== 'ok';
}
