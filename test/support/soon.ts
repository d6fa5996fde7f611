import { expect } from 'vitest';

/** `wanted` is there in the end. */
export function soon<T>(ask: () => T, wanted: T) {
  return expect.poll(ask, { timeout: 30_000, interval: 5 }).toEqual(wanted);
}
