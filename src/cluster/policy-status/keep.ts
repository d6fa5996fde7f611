// Keeps the statuses of the policies current, in the one process that holds the Lease: soon after a policy changed, and now and
// then, because workloads and namespaces change as well.

import { pause } from '../../timing.ts';
import { isRefusal } from '../client/api.ts';
import { elect, type LeaderEvent, type LeaseTimings } from '../leader/elect.ts';
import type { LeaseStore } from '../leader/lease.ts';
import { type RoundOptions, writeStatuses } from './round.ts';

export interface StatusTimings {
  /** Policies that change in a burst are looked at together. */
  readonly settleMs: number;
  /** Between the end of a round and the next one, and longer after a long round. */
  readonly leastMs: number;
  /** And where no policy changed. */
  readonly usualMs: number;
  /** After a refusal. */
  readonly refusedMs: number;
  /** The pause after a round is at least this many times as long as the round: with 20, no more than a 20th of the time is spent on them. */
  readonly restFactor: number;
}

export const usualStatusTimings: StatusTimings = {
  settleMs: 2_000,
  leastMs: 5_000,
  usualMs: 60_000,
  refusedMs: 600_000,
  restFactor: 20,
};

export type StatusEvent =
  | LeaderEvent
  /** A round without a failure; how many statuses it wrote. */
  | { readonly kind: 'written'; readonly count: number }
  /** A round failed; the next one tries again. */
  | { readonly kind: 'unwritten'; readonly reason: string };

export interface PolicyStatusOptions extends Omit<RoundOptions, 'signal' | 'puzzling' | 'ownNamespace'> {
  readonly store: LeaseStore;
  readonly ownNamespace: string;
  readonly identity: string;
  /** True once this process knows the policies and namespaces. */
  readonly ready: () => boolean;
  readonly onEvent: (event: StatusEvent) => void;
  readonly signal: AbortSignal;
  readonly leaseTimings?: LeaseTimings;
  readonly timings?: StatusTimings;
}

export interface PolicyStatus {
  /** A policy has changed. */
  readonly changed: () => void;
  /** Resolves when `signal` has aborted and the Lease is released. */
  readonly ended: Promise<void>;
}

export function keepPolicyStatus(options: PolicyStatusOptions): PolicyStatus {
  const { store, identity, onEvent, signal, leaseTimings } = options;
  const news = createNews();
  const ended = elect({
    store,
    identity,
    onEvent,
    signal,
    lead: (leading) => rounds(options, news, leading),
    ...(leaseTimings && { timings: leaseTimings }),
  });
  return { changed: news.ring, ended };
}

async function rounds(options: PolicyStatusOptions, news: News, signal: AbortSignal): Promise<void> {
  const { ready, onEvent, timings = usualStatusTimings } = options;
  const puzzling = new Set<string>();
  while (!signal.aborted) {
    await pause(timings.settleMs, signal, { ref: false });
    if (signal.aborted || !ready()) continue;
    news.forget();
    const began = performance.now();
    let least = timings.leastMs;
    let usual = timings.usualMs;
    try {
      onEvent({ kind: 'written', count: await writeStatuses({ ...options, puzzling, signal }) });
      // One that is in use nowhere yet is looked at again soon, and then less often.
      if (puzzling.size > 0) usual = Math.min(usual, timings.usualMs / 4);
    } catch (error) {
      if (signal.aborted) return;
      onEvent({ kind: 'unwritten', reason: (error as Error).message });
      if (isRefusal(error)) least = usual = timings.refusedMs;
    }
    const rest = (performance.now() - began) * timings.restFactor;
    await pause(Math.max(least, rest), signal, { ref: false });
    await news.wait(Math.max(0, usual - Math.max(least, rest)), signal);
  }
}

interface News {
  readonly ring: () => void;
  readonly forget: () => void;
  /** Until it rings, has rung since `forget`, or the time is over. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

function createNews(): News {
  let rung = new AbortController();
  return {
    ring: () => rung.abort(),
    forget: () => {
      rung = new AbortController();
    },
    wait: (ms, signal) => pause(ms, AbortSignal.any([signal, rung.signal]), { ref: false }),
  };
}
