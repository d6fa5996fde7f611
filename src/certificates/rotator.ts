// Keeps the certificates of one replica: looks at the Secret and the webhook configuration, takes at most one step, serves what is
// trusted. Any number of replicas do the same at once; who writes first is right, and the others read again.

import { createServing } from './active-pair.ts';
import { backMs, perform } from './apply-step.ts';
import { createTending, type TendResult } from './ca-bundles.ts';
import type { KeeperEvent } from './events.ts';
import { alive, canOutlive, type Lifetimes, nextStep } from './next-step.ts';
import type { Pair } from './pair.ts';
import { createSightings } from './propagation.ts';
import { checkDemand, createReader, demandOf } from './read-secret.ts';
import { type Kept, trusted, writeKept } from './secret-contents.ts';
import type { BundleStore, SecretStore, StoredSecret } from './stores.ts';

export interface KeeperOptions {
  readonly secrets: SecretStore;
  readonly bundles: BundleStore;
  /** What the leaf must be valid for. */
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  readonly tell: (event: KeeperEvent) => void;
  readonly random?: () => number;
  /** A clock that never jumps. */
  readonly monotonicMs?: () => number;
}

export interface Keeper {
  /** Looks once. Gives the milliseconds until it should look again. Rejects with a sentence; what is served stays, or is renewed. */
  readonly look: () => Promise<number>;
  /** Mends the caBundles alone, by what was looked at last: sooner than a look can. Never rejects. */
  readonly mend: () => Promise<void>;
  /** What to serve; undefined: nothing yet. */
  readonly serving: () => Pair | undefined;
  /** What is served has been trusted by API servers, at least once. */
  readonly isReady: () => boolean;
}

// Of a leaf's life: renewed with a third of it left, and when that was not possible, by each replica for itself.
const lastPart = 6;
// Something is told to whoever watches in well under a second; a look each half minute is for what was not heard.
const timing = { pollMs: 30_000, hearMs: 3000, gapMs: 120_000, soonMs: 2000, conflictMs: 300 };

export function createKeeper(options: KeeperOptions): Keeper {
  const { secrets, bundles, names, lifetimes, tell, monotonicMs = () => performance.now() } = options;
  const { caPropagationMs } = lifetimes;
  const hearMs = Math.min(timing.hearMs, caPropagationMs);
  const soonMs = Math.min(timing.soonMs, Math.max(200, caPropagationMs / 20));
  const sightings = createSightings({ monotonicMs, backMs, hearMs, gapMs: timing.gapMs });
  // The slowest replica waits until it has seen the new one for long enough, and serves the former until then.
  const tending = createTending({ bundles, sightings, monotonicMs, formerMs: caPropagationMs + 2 * hearMs });
  const served = createServing({ sightings, names, lastMs: lifetimes.leafMs / lastPart, tell });
  const write = createWriter(options);
  const read = createReader(secrets.name);
  const clock = createClock(monotonicMs);
  let memory: Kept | undefined;

  const tend = async (kept: Kept, now: Date): Promise<TendResult> => {
    const result = await tending.tend(trusted(kept), now);
    if (result.kind === 'mended') tell(result);
    return result;
  };

  const lookOnce = async (): Promise<number> => {
    const { secret, now } = await secrets.read();
    clock.set(now);
    const found = read(secret);
    if (found.kind === 'nothing') return write.fill({ secret, memory, why: found.why, now });
    const { kept } = found;
    if (memory?.authority.fingerprint !== kept.authority.fingerprint)
      tell({ kind: 'authority', notAfter: kept.authority.notAfter });
    memory = kept;
    // A configuration that cannot be read must not keep the leaf from being renewed.
    const [tended] = await Promise.allSettled([tend(kept, now)]);
    served.offer(kept, now);
    const announced = kept.next !== undefined && sightings.seenMs(kept.next.fingerprint) >= caPropagationMs;
    const waitMs = await write.stepOn({ secret: found.secret, kept, announced, now });
    if (tended.status === 'rejected') throw tended.reason;
    checkDemand(found.secret, secrets.name);
    const calm = kept.next === undefined && served.isSettledOn(kept) && tended.value.kind === 'right';
    const pausedMs = tended.value.kind === 'paced' ? tended.value.waitMs : soonMs;
    return Math.max(0, Math.min(waitMs, calm ? timing.pollMs : pausedMs));
  };

  // Whoever trusts the authority trusts a leaf that nobody but this replica knows.
  const lastLeaf = async (): Promise<void> => {
    const now = clock.now();
    if (memory === undefined || now === undefined || !served.isEnding(now)) return;
    if (!alive(memory.authority, now) || !canOutlive(memory)) return;
    memory = await perform({ kind: 'renew', why: '', names }, memory, { now, lifetimes });
    served.offer(memory, now);
  };

  return {
    look: async () => {
      try {
        return await lookOnce();
      } catch (error) {
        await lastLeaf();
        throw error;
      }
    },
    mend: async () => {
      const now = clock.now();
      if (memory !== undefined && now !== undefined) await tend(memory, now).catch(() => undefined);
    },
    serving: served.pair,
    isReady: served.isReady,
  };
}

/** The API server's time, as it goes on between two looks. */
function createClock(monotonicMs: () => number) {
  let read: { readonly ms: number; readonly atMs: number } | undefined;
  return {
    set: (now: Date) => {
      read = { ms: now.getTime(), atMs: monotonicMs() };
    },
    now: () => read && new Date(read.ms + monotonicMs() - read.atMs),
  };
}

interface Standing {
  readonly secret: StoredSecret;
  readonly kept: Kept;
  readonly announced: boolean;
  readonly now: Date;
}

interface Nothing {
  readonly secret: StoredSecret | undefined;
  /** What this replica read last. */
  readonly memory: Kept | undefined;
  readonly why: string;
  readonly now: Date;
}

/** Both give the milliseconds until the next look is due: after a write at once, after a lost race soon. */
function createWriter({ secrets, names, lifetimes, tell, random = Math.random }: KeeperOptions) {
  const jitter = random();
  const write = async (secret: StoredSecret | undefined, kept: Kept, event: KeeperEvent): Promise<number> => {
    const data = writeKept(kept);
    const written = secret === undefined ? await secrets.create(data) : await secrets.replace(secret.version, data);
    if (!written) return random() * timing.conflictMs;
    tell(event);
    return 0;
  };
  return {
    stepOn: async ({ secret, kept, announced, now }: Standing): Promise<number> => {
      const step = nextStep({ kept, now, names, lifetimes, jitter, announced, demand: demandOf(secret) });
      if (step.kind === 'wait') return step.until.getTime() - now.getTime();
      const next = await perform(step, kept, { now, lifetimes });
      return write(secret, next, { kind: 'wrote', step: step.kind, why: step.why });
    },
    fill: async ({ secret, memory, why, now }: Nothing): Promise<number> => {
      if (memory !== undefined && alive(memory.authority, now)) {
        const renew = { kind: 'renew', why, names } as const;
        const whole = alive(memory.leaf, now) ? memory : await perform(renew, memory, { now, lifetimes });
        return write(secret, whole, { kind: 'wrote', step: 'restore', why });
      }
      const made = await perform({ kind: 'begin', why, names }, undefined, { now, lifetimes });
      return write(secret, made, { kind: 'wrote', step: 'begin', why });
    },
  };
}
