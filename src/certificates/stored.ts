// The pair that hitless makes itself, as a source for the server: looks now, when something changed, and every half minute.

import { setTimeout as sleep } from 'node:timers/promises';
import { createKeeper, type Keeper, type KeeperEvent, type KeeperOptions } from './keeper.ts';
import { checkPair, type Pair } from './pair.ts';
import { selfSigned } from './self-signed.ts';
import type { CertificateSource, PairReport } from './source.ts';
import type { Follow } from './stores.ts';

export type StoredEvent =
  | Exclude<KeeperEvent, { kind: 'serving' }>
  /** A look did not succeed; it is repeated. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryMs: number }
  | { readonly kind: 'recovered' };

export interface StoredOptions extends Omit<KeeperOptions, 'tell'> {
  readonly tell: (event: StoredEvent) => void;
  readonly follow: readonly Follow[];
}

const backoff = { firstMs: 500, mostMs: 30_000 };
// Many changes in a row, and many replicas that hear of the same one.
const spreadMs = 200;
// setTimeout takes no more.
const longestMs = 2 ** 31 - 1;

/**
 * Resolves when it has a pair, or the first look failed: then it serves one that nobody trusts, and is not ready.
 * Goes on until `stop`.
 */
export async function keepPair({ tell: report, follow, ...options }: StoredOptions): Promise<CertificateSource> {
  let stopped = false;
  // A look that is under way when it stops may fail for just that.
  const tell: StoredOptions['tell'] = (event) => {
    if (!stopped) report(event);
  };
  const listeners = new Set<(report: PairReport) => void>();
  const keeper = createKeeper({
    ...options,
    tell: (event) => {
      if (event.kind !== 'serving') return tell(event);
      for (const listener of listeners) listener({ kind: 'loaded', pair: event.pair });
    },
  });
  const looking = createLooking(keeper, tell);
  const waiter = createWaiter();
  // Before the server listens nothing else keeps the process alive.
  const lookWhile = async (wanted: () => boolean, ref: boolean): Promise<number> => {
    for (;;) {
      const waitMs = await looking.look();
      if (!wanted()) return waitMs;
      await waiter.wait(waitMs, ref);
    }
  };
  const firstMs = await lookWhile(() => keeper.serving() === undefined && looking.failure() === '', true);
  const stopgap = keeper.serving() ?? (await throwAway(options.names));
  const followers = follow.map((one) => one(waiter.wake));
  void waiter.wait(firstMs, false).then(() => lookWhile(() => !stopped, false));
  return {
    current: () => keeper.serving() ?? stopgap,
    subscribe: (listener) => void listeners.add(listener),
    unready: () => reasons(keeper, looking.failure(), options.bundles.name),
    stop: () => {
      stopped = true;
      waiter.wake();
      for (const one of followers) one.stop();
    },
  };
}

function createLooking(keeper: Keeper, tell: StoredOptions['tell']) {
  let failure = '';
  let failures = 0;
  return {
    /** Why the last look failed; empty: it did not. */
    failure: () => failure,
    /** Gives the milliseconds until the next one. */
    look: async (): Promise<number> => {
      try {
        const waitMs = await keeper.look();
        if (failures > 0) tell({ kind: 'recovered' });
        [failures, failure] = [0, ''];
        return waitMs;
      } catch (error) {
        failures += 1;
        failure = (error as Error).message;
        const fullMs = Math.min(backoff.mostMs, backoff.firstMs * 2 ** Math.min(20, failures - 1));
        const retryMs = Math.round(fullMs * (0.5 + Math.random() / 2));
        tell({ kind: 'failed', reason: failure, retryMs });
        return retryMs;
      }
    },
  };
}

function reasons(keeper: Keeper, failure: string, bundles: string): readonly string[] {
  if (keeper.isReady()) return [];
  const because = failure === '' ? '' : ` (${failure})`;
  if (keeper.serving() === undefined) return [`no certificate yet${because}`];
  return [`waiting until the caBundle of the webhook configuration ${bundles} holds our authority${because}`];
}

async function throwAway(names: readonly string[]): Promise<Pair> {
  return checkPair(await selfSigned(names, 90), { cert: 'the throw-away certificate', key: 'the throw-away key' });
}

/** A pause that ends early when something changed. Keeps the process alive on request only. */
function createWaiter() {
  let pending = false;
  let end: () => void = () => undefined;
  const pause = (ms: number, ref: boolean) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, longestMs));
      if (!ref) timer.unref();
      end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    wake: () => {
      pending = true;
      end();
    },
    wait: async (ms: number, ref: boolean): Promise<void> => {
      if (!pending) await pause(ms, ref);
      if (pending || ms <= 0) await sleep(Math.random() * spreadMs, undefined, { ref });
      pending = false;
    },
  };
}
