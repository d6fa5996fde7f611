// The pair that hitless makes itself, as a source for the server: looks now, when something changed, and every half minute.

import { createLooking, createWaiter, type LookEvent, oneAtATime } from './check-loop.ts';
import type { KeeperEvent } from './events.ts';
import { checkPair, type Pair } from './pair.ts';
import { createKeeper, type Keeper, type KeeperOptions } from './rotator.ts';
import { selfSigned } from './self-signed.ts';
import type { CertificateSource, PairReport } from './source.ts';
import type { Follow } from './stores.ts';

export type StoredEvent = Exclude<KeeperEvent, { kind: 'serving' }> | LookEvent;

export interface StoredOptions extends Omit<KeeperOptions, 'tell'> {
  readonly tell: (event: StoredEvent) => void;
  readonly follow: readonly Follow[];
}

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
  const looking = createLooking(keeper.look, tell);
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
  const mend = oneAtATime(keeper.mend);
  const changed = () => {
    mend();
    waiter.wake();
  };
  const followers = follow.map((one) => one(changed));
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

function reasons(keeper: Keeper, failure: string, bundles: string): readonly string[] {
  if (keeper.isReady()) return [];
  const because = failure === '' ? '' : ` (${failure})`;
  if (keeper.serving() === undefined) return [`no certificate yet${because}`];
  return [`waiting until the caBundle of the webhook configuration ${bundles} holds our authority${because}`];
}

async function throwAway(names: readonly string[]): Promise<Pair> {
  return checkPair(await selfSigned(names, 90), { cert: 'the throw-away certificate', key: 'the throw-away key' });
}
