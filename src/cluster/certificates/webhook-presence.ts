// Whether API servers still have the webhook configuration with its entries: without it nothing is called, and nobody is told.

import { createCheckLoop, createWaiter } from '../../certificates/check-loop.ts';
import type { BundleStore, Follow, WebhookConfiguration } from '../../certificates/stores.ts';
import { auditWebhook, enforceWebhook } from '../../names.ts';
import { ApiError } from '../client/api.ts';

/** missing: the configuration, or these entries of it. unknown: it may not be read. */
export type WebhookPresence =
  | { readonly kind: 'present' }
  | { readonly kind: 'missing'; readonly exists: boolean; readonly entries: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string };

type OnPresence = (presence: WebhookPresence) => void;

/** The same store; each of its reads also says what is there, so that whoever maintains the caBundles needs no second watch. */
export function observedStore(bundles: BundleStore, onPresence: OnPresence): BundleStore {
  return {
    ...bundles,
    read: async () => {
      try {
        const found = await bundles.read();
        onPresence(presenceOf(found));
        return found;
      } catch (error) {
        const { cause, message } = error as Error;
        // Any other failure says nothing: what was seen last still counts.
        if (cause instanceof ApiError && cause.code === 403) onPresence({ kind: 'unknown', reason: message });
        throw error;
      }
    },
  };
}

function presenceOf(found: WebhookConfiguration | undefined): WebhookPresence {
  const names = found?.entries.map(({ name }) => name) ?? [];
  const entries = [enforceWebhook, auditWebhook].filter((name) => !names.includes(name));
  return entries.length === 0 ? { kind: 'present' } : { kind: 'missing', exists: found !== undefined, entries };
}

// A watch reports a change in well under a second; the look every half minute is for what it missed.
const pollMs = 30_000;

/** Reads the store whenever the configuration may have changed, for processes in which nothing else does. Runs until `stop`. */
export function watchPresence(observed: BundleStore, follow: Follow): { readonly stop: () => void } {
  let stopped = false;
  const waiter = createWaiter();
  const look = async () => {
    await observed.read();
    return pollMs;
  };
  // That the API server does not answer is reported by the watches of the cluster.
  const loop = createCheckLoop(look, () => undefined);
  const followed = follow(waiter.wake);
  void (async () => {
    while (!stopped) await waiter.wait(await loop.look(), false);
  })();
  return {
    stop: () => {
      stopped = true;
      followed.stop();
      waiter.wake();
    },
  };
}
