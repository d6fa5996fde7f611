// Manages the certificates of one replica: checks the Secret and the webhook configuration, takes at most one step, serves what is
// trusted. Any number of replicas do the same at once; the first to write wins, and the others read again.

import { createActivePair } from './active-pair.ts';
import { applyStep, backdateMs } from './apply-step.ts';
import { createBundleReconciler, type ReconcileResult } from './ca-bundles.ts';
import type { RotatorEvent } from './events.ts';
import { alive, canOutlive, type Lifetimes, nextStep } from './next-step.ts';
import type { Pair } from './pair.ts';
import { createPropagation } from './propagation.ts';
import { checkRotationRequest, createSecretReader, rotationRequestOf } from './read-secret.ts';
import { type SecretContents, trustedCertificates, writeContents } from './secret-contents.ts';
import type { BundleStore, SecretStore, StoredSecret } from './stores.ts';

export interface RotatorOptions {
  readonly secrets: SecretStore;
  readonly bundles: BundleStore;
  /** What the leaf must be valid for. */
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  readonly onEvent: (event: RotatorEvent) => void;
  readonly random?: () => number;
  /** A clock that never jumps. */
  readonly monotonicMs?: () => number;
}

export interface Rotator {
  /** Checks once. Returns the milliseconds until the next check. Rejects with a sentence; what is served stays, or is renewed. */
  readonly look: () => Promise<number>;
  /** Repairs only the caBundles, from the last check: sooner than a full check can. Never rejects. */
  readonly mend: () => Promise<void>;
  /** The pair to serve; undefined: none yet. */
  readonly serving: () => Pair | undefined;
  /** API servers have trusted the pair that is served, at least once. */
  readonly isReady: () => boolean;
}

// Last part of a leaf's lifetime, in which each replica renews it for itself, because the renewal with a third left has failed.
const lastPart = 6;
// A watch reports a change in well under a second; the check every half minute is for what it missed.
const timing = { pollMs: 30_000, propagationMs: 3000, gapMs: 120_000, soonMs: 2000, conflictMs: 300 };

export function createRotator(options: RotatorOptions): Rotator {
  const { secrets, bundles, names, lifetimes, onEvent, monotonicMs = () => performance.now() } = options;
  const { caPropagationMs } = lifetimes;
  const propagationMs = Math.min(timing.propagationMs, caPropagationMs);
  const soonMs = Math.min(timing.soonMs, Math.max(200, caPropagationMs / 20));
  const propagation = createPropagation({ monotonicMs, backdateMs, propagationMs, gapMs: timing.gapMs });
  // The slowest replica waits until it has seen the new one for long enough, and serves the former until then.
  const reconciler = createBundleReconciler({
    bundles,
    propagation,
    monotonicMs,
    formerMs: caPropagationMs + 2 * propagationMs,
  });
  const served = createActivePair({ propagation, names, lastMs: lifetimes.leafMs / lastPart, onEvent });
  const write = createWriter(options);
  const read = createSecretReader(secrets.name);
  const clock = createClock(monotonicMs);
  let memory: SecretContents | undefined;

  const tend = async (kept: SecretContents, now: Date): Promise<ReconcileResult> => {
    const result = await reconciler.reconcileBundles(trustedCertificates(kept), now);
    if (result.kind === 'mended') onEvent(result);
    return result;
  };

  const lookOnce = async (): Promise<number> => {
    const { secret, now } = await secrets.read();
    clock.set(now);
    const found = read(secret);
    if (found.kind === 'nothing') return write.fill({ secret, memory, why: found.why, now });
    const { kept } = found;
    if (memory?.authority.fingerprint !== kept.authority.fingerprint)
      onEvent({ kind: 'authority', notAfter: kept.authority.notAfter });
    memory = kept;
    // A configuration that cannot be read must not keep the leaf from being renewed.
    const [tended] = await Promise.allSettled([tend(kept, now)]);
    served.offer(kept, now);
    const announced = kept.next !== undefined && propagation.seenMs(kept.next.fingerprint) >= caPropagationMs;
    const waitMs = await write.stepOn({ secret: found.secret, kept, announced, now });
    if (tended.status === 'rejected') throw tended.reason;
    checkRotationRequest(found.secret, secrets.name);
    const calm = kept.next === undefined && served.isSettledOn(kept) && tended.value.kind === 'right';
    const pausedMs = tended.value.kind === 'paced' ? tended.value.waitMs : soonMs;
    return Math.max(0, Math.min(waitMs, calm ? timing.pollMs : pausedMs));
  };

  // Clients that trust the authority trust a leaf that only this replica knows.
  const lastLeaf = async (): Promise<void> => {
    const now = clock.now();
    if (memory === undefined || now === undefined || !served.isEnding(now)) return;
    if (!alive(memory.authority, now) || !canOutlive(memory)) return;
    memory = await applyStep({ kind: 'renew', why: '', names }, memory, { now, lifetimes });
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

/** The API server's time, extrapolated between two checks. */
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
  readonly kept: SecretContents;
  readonly announced: boolean;
  readonly now: Date;
}

interface Nothing {
  readonly secret: StoredSecret | undefined;
  /** What this replica read last. */
  readonly memory: SecretContents | undefined;
  readonly why: string;
  readonly now: Date;
}

/** Both return the milliseconds until the next check: none after a write, a few after a lost race. */
function createWriter({ secrets, names, lifetimes, onEvent, random = Math.random }: RotatorOptions) {
  const jitter = random();
  const write = async (
    secret: StoredSecret | undefined,
    kept: SecretContents,
    event: RotatorEvent,
  ): Promise<number> => {
    const data = writeContents(kept);
    const written = secret === undefined ? await secrets.create(data) : await secrets.replace(secret.version, data);
    if (!written) return random() * timing.conflictMs;
    onEvent(event);
    return 0;
  };
  return {
    stepOn: async ({ secret, kept, announced, now }: Standing): Promise<number> => {
      const step = nextStep({
        kept,
        now,
        names,
        lifetimes,
        jitter,
        announced,
        rotationRequest: rotationRequestOf(secret),
      });
      if (step.kind === 'wait') return step.until.getTime() - now.getTime();
      const next = await applyStep(step, kept, { now, lifetimes });
      return write(secret, next, { kind: 'wrote', step: step.kind, why: step.why });
    },
    fill: async ({ secret, memory, why, now }: Nothing): Promise<number> => {
      if (memory !== undefined && alive(memory.authority, now)) {
        const renew = { kind: 'renew', why, names } as const;
        const whole = alive(memory.leaf, now) ? memory : await applyStep(renew, memory, { now, lifetimes });
        return write(secret, whole, { kind: 'wrote', step: 'restore', why });
      }
      const made = await applyStep({ kind: 'begin', why, names }, undefined, { now, lifetimes });
      return write(secret, made, { kind: 'wrote', step: 'begin', why });
    },
  };
}
