// One of several processes leads: the one that holds a Lease, as in client-go's leaderelection.
//
// Clocks of machines differ, so nobody trusts the times in the Lease: a process takes it over when it has not changed for as long
// as it is valid, on its own clock. The holder stops its work before that, when it could not renew it for a while. Two can lead at
// the same time when one of them stands still in between, or when somebody else empties the Lease, until the next renewal of the
// former holder. What they write must hold only for the version that they read.

import { pause } from '../../timing.ts';
import { isRefusal } from '../client/api.ts';
import type { Lease, LeaseSpec, LeaseStore } from './lease.ts';

export interface LeaseTimings {
  /** How long the Lease is valid after its last change. */
  readonly validMs: number;
  /** A leader that cannot renew it stops before this time; less than `validMs`, and more than `everyMs` and `callMs` together. */
  readonly stopMs: number;
  /** Between two looks at it, and between two renewals. */
  readonly everyMs: number;
  /** The same after a refusal, which will hardly change soon. */
  readonly refusedMs: number;
  /** For one call. */
  readonly callMs: number;
}

/** A leader that is killed is replaced within 25 s. Four processes make one request a second together. */
export const usualLeaseTimings: LeaseTimings = {
  validMs: 20_000,
  stopMs: 17_000,
  everyMs: 4_000,
  refusedMs: 60_000,
  callMs: 3_000,
};

export type LeaderEvent =
  | { readonly kind: 'leading' }
  /** released: the process ends. */
  | { readonly kind: 'lost' | 'released' }
  /** The Lease cannot be read or written. Told for every attempt. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface LeaderOptions {
  readonly store: LeaseStore;
  /** Different for every process that ever runs. */
  readonly identity: string;
  /** What the leader does, until the signal aborts. Called anew each time that it becomes the leader; must not reject. */
  readonly lead: (leading: AbortSignal) => Promise<void>;
  readonly onEvent: (event: LeaderEvent) => void;
  readonly signal: AbortSignal;
  readonly timings?: LeaseTimings;
}

/** Resolves when `signal` has aborted and the Lease is released. Never rejects, and does not keep the process alive. */
export async function elect(options: LeaderOptions): Promise<void> {
  const { signal, onEvent, timings = usualLeaseTimings } = options;
  const candidate = createCandidate(options, timings);
  while (!signal.aborted) {
    let waitMs = timings.everyMs;
    try {
      const since = performance.now();
      const lease = await candidate.acquire();
      if (lease !== undefined) await reign({ lease, since }, options, timings);
    } catch (error) {
      if (signal.aborted) return;
      onEvent({ kind: 'failed', reason: (error as Error).message });
      if (isRefusal(error)) waitMs = timings.refusedMs;
    }
    // Replicas that started together do not ask together.
    await pause(waitMs * (0.8 + 0.4 * Math.random()), signal, { ref: false });
  }
}

/** A Lease that says to be valid for longer was not written by a process like this one, and would otherwise be believed for ever. */
const mostTimesValid = 5;

function createCandidate({ store, identity, signal }: LeaderOptions, timings: LeaseTimings) {
  let seen: { readonly version: string; readonly at: number } | undefined;
  /** The Lease, once it is ours. */
  const acquire = async (): Promise<Lease | undefined> => {
    const limit = limitOf(signal, timings);
    const found = await store.read(limit);
    if (found === undefined) return void (await store.create(limit));
    const now = performance.now();
    if (found.version !== seen?.version) seen = { version: found.version, at: now };
    const validMs = Math.min(found.durationSeconds * 1000, timings.validMs * mostTimesValid);
    const isFree = found.holder === '' || now - seen.at > validMs;
    if (!isFree) return undefined;
    const time = microTime(new Date());
    const taken = { ...specOf(identity, timings, found.transitions + 1), acquireTime: time };
    return store.write(found.version, taken, limit);
  };
  return { acquire };
}

interface Taken {
  readonly lease: Lease;
  /** When it was at the earliest, in terms of `performance.now`. */
  readonly since: number;
}

/** Leads until the Lease is lost, or the process ends. */
async function reign(taken: Taken, options: LeaderOptions, timings: LeaseTimings): Promise<void> {
  const { signal, lead, onEvent } = options;
  const lost = new AbortController();
  onEvent({ kind: 'leading' });
  const work = lead(AbortSignal.any([signal, lost.signal]));
  const last = await renewUntilLost(taken, options, timings);
  lost.abort();
  await work;
  if (last !== undefined) await release(last, options, timings);
  onEvent({ kind: last === undefined ? 'lost' : 'released' });
}

/** Gives the Lease when the process ends; undefined when it is lost. */
async function renewUntilLost(taken: Taken, options: LeaderOptions, timings: LeaseTimings): Promise<Lease | undefined> {
  const { signal, onEvent } = options;
  const { everyMs, callMs, stopMs } = timings;
  let held = taken.lease;
  let renewedAt = taken.since;
  let lookedAt = renewedAt;
  while (!signal.aborted) {
    await pause(everyMs, signal, { ref: false });
    if (signal.aborted) break;
    const began = performance.now();
    try {
      const { lease: found, renewed } = await renew(held, options, timings);
      if (found === undefined) return undefined;
      held = found;
      // A change by something else counts as well for whoever waits for the end: it was made after the look before.
      renewedAt = renewed ? began : lookedAt;
      lookedAt = began;
    } catch (error) {
      if (!signal.aborted) onEvent({ kind: 'failed', reason: (error as Error).message });
    }
    // There is no time for another attempt.
    if (performance.now() - renewedAt > stopMs - everyMs - callMs) return undefined;
  }
  return held;
}

/** Without a Lease where another one has it. One that something else has changed is read, and renewed the next time. */
async function renew(held: Lease, { store, identity, signal }: LeaderOptions, timings: LeaseTimings) {
  const limit = limitOf(signal, timings);
  const written = await store.write(held.version, specOf(identity, timings, held.transitions), limit);
  if (written !== undefined) return { lease: written, renewed: true };
  const found = await store.read(limit);
  return { lease: found?.holder === identity ? found : undefined, renewed: false };
}

/** So that another one need not wait. Whatever goes wrong, the Lease runs out by itself. */
async function release(lease: Lease, { store, identity }: LeaderOptions, timings: LeaseTimings): Promise<void> {
  const nobody = { ...specOf('', timings, lease.transitions), leaseDurationSeconds: 1 };
  const limit = AbortSignal.timeout(timings.callMs);
  try {
    if ((await store.write(lease.version, nobody, limit)) !== undefined) return;
    // A renewal that was cut off may have been stored.
    const found = await store.read(limit);
    if (found?.holder === identity) await store.write(found.version, nobody, limit);
  } catch {
    // See above.
  }
}

function specOf(holderIdentity: string, { validMs }: LeaseTimings, leaseTransitions: number): LeaseSpec {
  const leaseDurationSeconds = Math.max(1, Math.round(validMs / 1000));
  return { holderIdentity, leaseDurationSeconds, leaseTransitions, renewTime: microTime(new Date()) };
}

/** As the API has times of Leases, with microseconds. */
function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}

function limitOf(signal: AbortSignal, { callMs }: LeaseTimings): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(callMs)]);
}
