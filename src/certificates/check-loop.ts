// Repeats a check: soon after something changed, later after a failure, and at the latest when it is due.

import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, pause } from '../timing.ts';

export type CheckEvent =
  /** A check failed; it is repeated. */
  { readonly kind: 'failed'; readonly reason: string; readonly retryMs: number } | { readonly kind: 'recovered' };

const backoff = { firstMs: 500, mostMs: 30_000 };
// For many changes in a row, and many replicas that see the same one.
const spreadMs = 200;
// setTimeout takes no more.
const longestMs = 2 ** 31 - 1;

export function createCheckLoop(look: () => Promise<number>, onEvent: (event: CheckEvent) => void) {
  let failure = '';
  let failures = 0;
  return {
    /** Why the last check failed; empty: it did not. */
    failure: () => failure,
    /** Gives the milliseconds until the next one. */
    look: async (): Promise<number> => {
      try {
        const waitMs = await look();
        if (failures > 0) onEvent({ kind: 'recovered' });
        [failures, failure] = [0, ''];
        return waitMs;
      } catch (error) {
        failures += 1;
        failure = (error as Error).message;
        const retryMs = Math.round(backoffMs(failures, backoff));
        onEvent({ kind: 'failed', reason: failure, retryMs });
        return retryMs;
      }
    },
  };
}

/** A pause that ends early when something changed. Keeps the process alive on request only. */
export function createWaiter() {
  let pending = false;
  let waiting = new AbortController();
  return {
    wake: () => {
      pending = true;
      waiting.abort();
    },
    wait: async (ms: number, ref: boolean): Promise<void> => {
      waiting = new AbortController();
      if (!pending) await pause(Math.min(ms, longestMs), waiting.signal, { ref });
      if (pending || ms <= 0) await sleep(Math.random() * spreadMs, undefined, { ref });
      pending = false;
    },
  };
}

/** Starts `action`, or has it done once more when it is under way. It must not reject. */
export function oneAtATime(action: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  return () => {
    again = true;
    if (running) return;
    running = true;
    void (async () => {
      while (again) {
        again = false;
        await action();
      }
      running = false;
    })();
  };
}
