// What is known about one rollout under load, and what is derived from it.

import type { RequestOutcome, Sample } from '../load/sample.ts';
import type { RolloutEvent } from '../rollout/event.ts';
import type { Traffic } from '../traffic.ts';
import type { PodRoute } from './pod-routes.ts';

export interface Measurement {
  readonly startedMs: number;
  readonly endedMs: number;
  /** In the order of their dueMs. */
  readonly samples: readonly Sample[];
  /** In the order of atMs. */
  readonly events: readonly RolloutEvent[];
  /** Where the rules of the node sent new connections; absent where they were not recorded. */
  readonly routes?: readonly PodRoute[];
  /** The lost requests by their id: see requestIdOf. Present where they went through a proxy and its log is known. */
  readonly proxied?: Readonly<Record<string, ProxiedLoss>>;
}

/** What the logs say of a request that went through a proxy, and was lost. */
export interface ProxiedLoss {
  /** The pod that got it; absent: none did. */
  readonly pod?: string;
  /** Why the last try of the proxy failed, in a few words; absent where it did not fail, or was not logged. */
  readonly reason?: string;
}

/**
 * Why a request was lost. `endpoint-lag`: a new connection was sent to a pod that was leaving. `not-ready`: to a pod that could
 * not answer yet. `lag-or-not-ready`: one of these two, and what is known does not show which. `no-endpoint`: no pod was ready at all. `closed-connection`: a reused connection was closed under it. `killed`:
 * the pod ended while it was under way. `answered-error`: a 5xx answer or gRPC status. `unexplained`: nothing above fits.
 */
export const causes = [
  'endpoint-lag',
  'not-ready',
  'lag-or-not-ready',
  'no-endpoint',
  'closed-connection',
  'killed',
  'answered-error',
  'unexplained',
] as const;

export type Cause = (typeof causes)[number];

export interface Loss {
  readonly sample: Sample;
  readonly cause: Cause;
  /** The pod that is to blame, where the events show it. */
  readonly pod?: string;
}

export interface TrafficCount {
  readonly lane: Traffic;
  readonly sent: number;
  readonly lost: number;
  readonly outcomes: Partial<Record<RequestOutcome, number>>;
  /** From due to outcome, of what was answered; milliseconds. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** One rollout, counted. */
export interface RolloutResult {
  readonly startedMs: number;
  readonly durationMs: number;
  readonly lanes: readonly TrafficCount[];
  readonly causes: Partial<Record<Cause, number>>;
  /** The longest time without an answered request while requests were lost, over all kinds of traffic; milliseconds, 0 when nothing was lost. */
  readonly longestGapMs: number;
  /** Our own: from due to sent; milliseconds. */
  readonly schedulingError: { readonly p99: number; readonly max: number };
}
