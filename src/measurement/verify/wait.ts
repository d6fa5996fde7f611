// Time, and waiting that an interruption ends.

import { setTimeout as sleep } from 'node:timers/promises';

/** How often the state is looked at. */
export const pollMs = 100;

/** Returns early when it is interrupted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}
