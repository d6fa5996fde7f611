// Labels for the names in the data, and formats for numbers.

import { count, number } from '../../text/count.ts';
import { type Cause, causes } from '../analysis/measurement.ts';
import type { LabRow } from '../lab/result.ts';
import { fixTitle } from '../lab/rows.ts';
import type { RequestOutcome } from '../load/sample.ts';
import type { Traffic } from '../traffic.ts';

export const trafficLabels: Readonly<Record<Traffic, string>> = {
  'get-new': 'GET, new connections',
  'post-new': 'POST, new connections',
  'get-kept': 'GET, kept connections',
  'post-kept': 'POST, kept connections',
  websocket: 'WebSocket messages',
  'grpc-unary': 'gRPC calls',
  'grpc-stream': 'gRPC stream messages',
};

export const outcomeLabels: Readonly<Record<RequestOutcome, string>> = {
  ok: 'answered',
  refused: 'connection refused',
  'reset-unsent': 'reset before the request was sent',
  'reset-sent': 'reset after the request was sent',
  unreachable: 'no route or no address',
  timeout: 'no answer in time',
  'http-error': 'answered with an error',
  cut: 'cut off in the middle of the answer',
};

export interface CauseLabels {
  readonly title: string;
  /** What happened. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
}

export const causeLabels: Readonly<Record<Cause, CauseLabels>> = {
  'endpoint-lag': {
    title: 'endpoint lag',
    text: 'A new connection was sent to a terminating pod: the network did not know yet that the pod was going away.',
    remedy: 'A preStop sleep, or a longer one.',
  },
  'not-ready': {
    title: 'pod not ready',
    text: 'A request was sent to a pod that could not answer yet.',
    remedy: 'A readiness probe.',
  },
  'lag-or-not-ready': {
    title: 'endpoint lag or pod not ready',
    text: 'A new connection was sent to a terminating pod, or to a new one that could not answer yet: both were there, and what was seen does not show which of them it was.',
    remedy: 'A readiness probe, and a preStop sleep.',
  },
  'no-endpoint': {
    title: 'no pod ready',
    text: 'No pod was ready at all.',
    remedy: 'maxUnavailable 0 and a maxSurge of at least 1.',
  },
  'closed-connection': {
    title: 'connection closed',
    text: 'A reused connection was closed while the request was on it.',
    remedy: 'Draining in the application: Connection: close, GOAWAY or close frames before it exits.',
  },
  killed: {
    title: 'pod killed',
    text: 'The pod stopped while the request was under way.',
    remedy: 'Draining in the application, and a grace period of at least sleep plus drain.',
  },
  'answered-error': {
    title: 'error response',
    text: 'The application, or something in front of it, answered with an error.',
    remedy: 'The log of the server that answered; gateways answer 502 to 504 for a pod that is gone.',
  },
  unexplained: {
    title: 'unexplained',
    text: 'None of the other causes fits.',
    remedy: 'The individual losses, in the raw data.',
  },
};

/** In the order of the types, only those that occurred. */
export function occurredCauses(counts: readonly Partial<Record<Cause, number>>[]): readonly Cause[] {
  return causes.filter((cause) => counts.some((one) => (one[cause] ?? 0) > 0));
}

/** What is counted: rollouts, or measurements where pods leave in other ways too. */
export function measuredUnit(rows: readonly Pick<LabRow, 'leave'>[]): 'rollout' | 'measurement' {
  return rows.some(({ leave }) => leave !== undefined) ? 'measurement' : 'rollout';
}

export function drainLabels({ drains, rolls }: Pick<LabRow, 'drains' | 'rolls'>): string {
  return `${rolls === undefined ? 'application' : 'proxy'} ${drains ? 'drains' : 'exits at once'}`;
}

/** `all of hitless, application drains`. */
export function whatIsSet(row: LabRow): string {
  return `${fixTitle(row.fixes)}, ${drainLabels(row)}`;
}

/** `45 of 1,000`. */
export function share({ lost, sent }: { readonly lost: number; readonly sent: number }): string {
  return `${number(lost)} of ${number(sent)}`;
}

/** `application drains, 2 replicas`, in short `drains, 2`; without what all rows have in common. */
export function whatDiffers(row: LabRow, rows: readonly LabRow[], length: 'long' | 'short' = 'long'): string {
  const short = length === 'short';
  const drains = rows.some((one) => one.drains !== row.drains);
  const replicas = rows.some((one) => one.replicas !== row.replicas);
  const parts = [
    ...(drains ? [short ? drainLabels(row).replace(/^\w+ /, '') : drainLabels(row)] : []),
    ...(replicas ? [short ? `×${row.replicas}` : count(row.replicas, 'replica')] : []),
  ];
  return parts.join(', ');
}

const tenth = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A mean: one decimal below 100, none for 0; what is not 0 is never shown as 0. */
export function mean(value: number): string {
  if (value > 0 && value < 0.05) return `${Number(value.toPrecision(1))}`;
  return value === 0 || value >= 100 ? number(value) : tenth.format(value);
}

/** 35 ms, 1.4 s, 12 s. */
export function duration(ms: number): string {
  if (ms < 1) return `${Number(ms.toPrecision(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${ms < 10_000 && ms % 1000 !== 0 ? tenth.format(ms / 1000) : number(ms / 1000)} s`;
}

/** The most frequent cause first. */
export function causesText({ causes }: { readonly causes: Partial<Record<Cause, number>> }): string {
  const told = Object.entries(causes).toSorted(([, a], [, b]) => b - a);
  return told.map(([cause, n]) => `${cause} ${number(n)}`).join(', ');
}
