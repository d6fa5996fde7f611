// The pair that hitless issues itself, as a source for the server: checked at start, on changes, and every half minute.

import { type CheckEvent, createCheckLoop, createWaiter, oneAtATime } from './check-loop.ts';
import type { RotatorEvent } from './events.ts';
import { checkPair, type Pair } from './pair.ts';
import { createRotator, type Rotator, type RotatorOptions } from './rotator.ts';
import { selfSigned } from './self-signed.ts';
import type { CertificateSource, PairEvent } from './source.ts';
import type { Follow } from './stores.ts';

export type SecretSourceEvent = Exclude<RotatorEvent, { kind: 'serving' }> | CheckEvent;

export interface SecretSourceOptions extends Omit<RotatorOptions, 'onEvent'> {
  readonly onEvent: (event: SecretSourceEvent) => void;
  readonly follow: readonly Follow[];
}

/**
 * Resolves when it has a pair, or the first check failed: then it serves one that no client trusts, and is not ready.
 * Runs until `stop`.
 */
export async function openSecretSource({
  onEvent: report,
  follow,
  ...options
}: SecretSourceOptions): Promise<CertificateSource> {
  let stopped = false;
  // A check that is under way when it stops may fail because of that.
  const onEvent: SecretSourceOptions['onEvent'] = (event) => {
    if (!stopped) report(event);
  };
  const listeners = new Set<(report: PairEvent) => void>();
  const rotator = createRotator({
    ...options,
    onEvent: (event) => {
      if (event.kind !== 'serving') return onEvent(event);
      for (const listener of listeners) listener({ kind: 'loaded', pair: event.pair });
    },
  });
  const looking = createCheckLoop(rotator.look, onEvent);
  const waiter = createWaiter();
  // Before the server listens nothing else keeps the process alive.
  const lookWhile = async (wanted: () => boolean, ref: boolean): Promise<number> => {
    for (;;) {
      const waitMs = await looking.look();
      if (!wanted()) return waitMs;
      await waiter.wait(waitMs, ref);
    }
  };
  const firstMs = await lookWhile(() => rotator.serving() === undefined && looking.failure() === '', true);
  const stopgap = rotator.serving() ?? (await throwAway(options.names));
  const mend = oneAtATime(rotator.mend);
  const changed = () => {
    mend();
    waiter.wake();
  };
  const followers = follow.map((one) => one(changed));
  void waiter.wait(firstMs, false).then(() => lookWhile(() => !stopped, false));
  return {
    current: () => rotator.serving() ?? stopgap,
    subscribe: (listener) => void listeners.add(listener),
    unready: () => reasons(rotator, looking.failure(), options.bundles.name),
    stop: () => {
      stopped = true;
      waiter.wake();
      for (const one of followers) one.stop();
    },
  };
}

function reasons(rotator: Rotator, failure: string, bundles: string): readonly string[] {
  if (rotator.isReady()) return [];
  const because = failure === '' ? '' : ` (${failure})`;
  if (rotator.serving() === undefined) return [`no certificate yet${because}`];
  return [
    `waiting until the caBundle of the webhook configuration ${bundles} holds the authority of this certificate${because}`,
  ];
}

async function throwAway(names: readonly string[]): Promise<Pair> {
  return checkPair(await selfSigned(names, 90), { cert: 'the throw-away certificate', key: 'the throw-away key' });
}
