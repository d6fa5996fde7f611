// A cluster in memory, with a clock that the test moves: one Secret, one webhook configuration, API servers that hear of it late, and
// replicas that look, lose races, are cut off and crash between any two calls. Keys and certificates are real.

import { X509Certificate } from 'node:crypto';
import { readBundle } from '../../../src/certificates/bundle.ts';
import type { RotatorEvent } from '../../../src/certificates/events.ts';
import type { Lifetimes } from '../../../src/certificates/next-step.ts';
import type { Pair } from '../../../src/certificates/pair.ts';
import { createRotator, type Rotator } from '../../../src/certificates/rotator.ts';
import type {
  BundleEntry,
  BundleStore,
  Contents,
  SecretStore,
  StoredSecret,
} from '../../../src/certificates/stores.ts';

export const dayMs = 86_400_000;
export const lifetimes: Lifetimes = { leafMs: 90 * dayMs, authorityMs: 5 * 365 * dayMs, caPropagationMs: 60_000 };
export const name = 'hitless.hitless-system.svc';

/** The process ends in the middle of a call: before it has an effect, or after. */
class Crash extends Error {}

export interface ClusterOptions {
  /** How late each API server hears of a changed configuration. */
  readonly delaysMs: readonly number[];
  readonly replicas: number;
  /** 0 to 1; must be a function of a seed. */
  readonly random: () => number;
  readonly lifetimes?: Lifetimes;
  /** How far the clocks of API servers are ahead; each replica asks the one of its number, and each one judges what is served. */
  readonly clocksMs?: readonly number[];
}

export interface Replica {
  keeper: Rotator;
  /** When it looks next, without a disturbance. */
  dueMs: number;
  /** Calls until it crashes; undefined: it does not. */
  crashAfter: { calls: number; effect: boolean } | undefined;
  /** Nothing reaches it and it reaches nothing until then. */
  cutOffUntilMs: number;
}

export type Simulation = ReturnType<typeof simulate>;

export function simulate({
  delaysMs,
  replicas: count,
  random,
  lifetimes: lives = lifetimes,
  clocksMs = [0],
}: ClusterOptions) {
  let nowMs = Date.parse('2030-01-01T00:00:00Z');
  let version = 1;
  let secret: StoredSecret | undefined;
  let configuration: { version: string; entries: BundleEntry[] } | undefined = {
    version: '0',
    entries: ['enforce.hitless.dev', 'audit.hitless.dev'].map((one) => ({ name: one, caBundle: '' })),
  };
  const views = delaysMs.map(() => ['', '']);
  const pending: { atMs: number; server: number; bundles: string[] }[] = [];
  const events: (RotatorEvent & { atMs: number; replica: number })[] = [];
  const failures: string[] = [];
  const sim = { failuresCount: true };

  const announce = () => {
    const bundles = configuration?.entries.map(({ caBundle }) => caBundle) ?? [];
    pending.push(...delaysMs.map((delayMs, server) => ({ atMs: nowMs + delayMs, server, bundles })));
  };

  const check = () => {
    if (!sim.failuresCount) return;
    replicas.forEach(({ keeper: rotator }, index) => {
      const pair = rotator.serving();
      if (pair === undefined || !rotator.isReady()) return;
      views.forEach((bundles, server) => {
        for (const bundle of bundles) {
          const why = clocksMs.map((aheadMs) => distrust(pair, bundle, new Date(nowMs + aheadMs))).find(Boolean);
          if (why === undefined) continue;
          failures.push(
            `${new Date(nowMs).toISOString()} API server ${server} does not trust replica ${index}: ${why}`,
          );
        }
      });
    });
  };

  const moveTo = (toMs: number) => {
    pending.sort((a, b) => a.atMs - b.atMs);
    while (pending[0] !== undefined && pending[0].atMs <= toMs) {
      const change = pending.shift();
      if (change === undefined) break;
      nowMs = Math.max(nowMs, change.atMs);
      views[change.server] = change.bundles;
      check();
    }
    nowMs = Math.max(nowMs, toMs);
    check();
  };

  /** Some other replicas' calls come first, or do not. */
  const turns = async () => {
    for (let i = Math.floor(random() * 4); i > 0; i -= 1) await new Promise((resolve) => setImmediate(resolve));
  };

  const storesOf = (index: number): { secrets: SecretStore; bundles: BundleStore } => {
    const replica = () => replicas[index] as Replica;
    const clock = () => nowMs + (clocksMs[index % clocksMs.length] ?? 0);
    const call = async <T>(effect: () => T): Promise<T> => {
      await turns();
      const self = replica();
      if (nowMs < self.cutOffUntilMs) throw new Error('connect ETIMEDOUT');
      const crash = self.crashAfter;
      if (crash !== undefined) crash.calls -= 1;
      if (crash !== undefined && crash.calls < 0 && !crash.effect) throw new Crash();
      const result = effect();
      check();
      if (crash !== undefined && crash.calls < 0) throw new Crash();
      await turns();
      return result;
    };
    return {
      secrets: {
        name: 'hitless-system/hitless-tls',
        // To the second, as in the head of an answer.
        read: () => call(() => ({ secret, now: new Date(Math.floor(clock() / 1000) * 1000) })),
        create: (data: Contents) =>
          call(() => {
            if (secret !== undefined) return false;
            secret = { version: `${++version}`, ours: true, data };
            return true;
          }),
        replace: (read: string, data: Contents) =>
          call(() => {
            if (secret?.version !== read) return false;
            secret = { version: `${++version}`, ours: true, data };
            return true;
          }),
      },
      bundles: {
        name: 'hitless',
        read: () => call(() => configuration),
        write: (read: string, entries: readonly BundleEntry[]) =>
          call(() => {
            if (configuration?.version !== read) return false;
            const find = (one: string) => entries.find((entry) => entry.name === one);
            const merged = configuration.entries.map((entry) => find(entry.name) ?? entry);
            configuration = { version: `${++version}`, entries: merged };
            announce();
            return true;
          }),
      },
    };
  };

  const start = (index: number): Rotator =>
    createRotator({
      ...storesOf(index),
      names: [name],
      lifetimes: lives,
      onEvent: (event) => {
        events.push({ ...event, atMs: nowMs, replica: index });
        check();
      },
      random,
      monotonicMs: () => nowMs,
    });

  const replicas: Replica[] = Array.from({ length: count }, (_, index) => ({
    keeper: start(index),
    dueMs: nowMs,
    crashAfter: undefined,
    cutOffUntilMs: 0,
  }));

  const lookOne = async (index: number): Promise<void> => {
    const replica = replicas[index] as Replica;
    try {
      replica.dueMs = nowMs + Math.max(50, await replica.keeper.look());
    } catch (error) {
      replica.dueMs = nowMs + 1000;
      if (!(error instanceof Crash)) return;
      replica.crashAfter = undefined;
      replica.keeper = start(index);
    }
    check();
  };

  /** All of these at once, their calls in any order. */
  const look = async (...indexes: readonly number[]): Promise<void> => {
    await Promise.all(indexes.map(lookOne));
  };

  /** As it goes by itself: every replica looks when it is due. */
  const run = async (forMs: number): Promise<void> => {
    const endMs = nowMs + forMs;
    for (;;) {
      const nextMs = Math.min(...replicas.map(({ dueMs }) => dueMs));
      if (nextMs >= endMs) break;
      moveTo(nextMs);
      const due = replicas.flatMap(({ dueMs }, index) => (dueMs <= nowMs ? [index] : []));
      await look(...due);
    }
    moveTo(endMs);
  };

  /** Nobody looks for a while, as far as the replicas are concerned it went by in one go. */
  const skip = (forMs: number): void => {
    moveTo(nowMs + forMs);
    for (const replica of replicas) replica.dueMs = Math.max(replica.dueMs, nowMs);
  };

  /** Somebody else writes. */
  const meddle = {
    secret: (change: (before: StoredSecret | undefined) => Partial<StoredSecret> | undefined) => {
      const after = change(secret);
      secret = after && { ours: true, data: {}, ...secret, ...after, version: `${++version}` };
    },
    bundles: (text: string | undefined, names = ['enforce.hitless.dev', 'audit.hitless.dev']) => {
      configuration =
        text === undefined
          ? undefined
          : { version: `${++version}`, entries: names.map((one) => ({ name: one, caBundle: text })) };
      announce();
      for (const replica of replicas) replica.dueMs = nowMs;
    },
  };

  return {
    sim,
    replicas,
    events,
    failures,
    look,
    run,
    skip,
    meddle,
    restart: (index: number) => {
      const replica = replicas[index] as Replica;
      Object.assign(replica, { keeper: start(index), dueMs: nowMs, crashAfter: undefined });
    },
    now: () => new Date(nowMs),
    secret: () => secret,
    configuration: () => configuration,
    steps: () => events.flatMap((event) => (event.kind === 'wrote' ? [event.step] : [])),
  };
}

// A simulation asks the same question very often.
function remembered<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? find(text);
    known.set(text, found);
    return found;
  };
}

const certificatesIn = remembered((text) => readBundle(text).certificates);
const leafIn = remembered((pem) => {
  const leaf = new X509Certificate(pem);
  const signedBy = remembered((authority) => leaf.verify(new X509Certificate(authority).publicKey));
  return { from: new Date(leaf.validFrom), to: new Date(leaf.validTo), signedBy };
});

/** Why an API server that has this bundle would not talk to who serves this pair. It judges the authority by the clock too. */
function distrust({ cert }: Pair, bundle: string, now: Date): string | undefined {
  const leaf = leafIn(cert);
  if (leaf.to <= now || leaf.from > now) return 'the leaf is out of its time';
  const certificates = certificatesIn(bundle);
  const trusted = certificates.some(({ pem, notBefore, notAfter }) => {
    return notBefore <= now && now < notAfter && leaf.signedBy(pem);
  });
  return trusted ? undefined : `no authority in a bundle of ${certificates.length}`;
}
