// Waiting, and the time in between.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { backoffMs, createBreaks, nowMs, pause, pauseOrThrow } from '../src/timing.ts';

describe('a pause', () => {
  const never = new AbortController().signal;

  it('lasts as long as it should, and not at all for 0 and less', async () => {
    const began = nowMs();
    await pause(30, never);
    // A timer of Node.js can fire up to 2 ms early.
    expect(nowMs() - began).toBeGreaterThan(25);
    await Promise.race([Promise.all([pause(0, never), pause(-5, never)]), sleep(0).then(() => expect.unreachable())]);
  });

  it('ends with what it waits beside; one of them throws then', async () => {
    const reason = new Error('interrupted');
    const ending = AbortSignal.abort(reason);
    await pause(60_000, ending);
    await expect(pauseOrThrow(60_000, ending)).rejects.toBe(reason);
    await pauseOrThrow(1, never);
  });
});

it('after each failure the next attempt is further away, up to a limit, and never at the same time for all', () => {
  const limits = { firstMs: 100, mostMs: 1000 };
  expect([1, 2, 3, 4, 5, 5000].map((n) => backoffMs(n, limits, () => 1))).toEqual([100, 200, 400, 800, 1000, 1000]);
  expect(backoffMs(3, limits, () => 0)).toBe(200);
});

it('the clock is the system clock, and does not go back', () => {
  const [before, after] = [nowMs(), nowMs()];
  expect(after).toBeGreaterThanOrEqual(before);
  // Another unit or origin would be years away; the system's clock may have been set since the process began.
  expect(Math.abs(before - Date.now())).toBeLessThan(3_600_000);
});

it('a long loop lets others run once its time is over, and not before', async () => {
  let [now, turns] = [0, 0];
  const giveWay = createBreaks(10, () => now);
  const stepAt = async (ms: number) => {
    now = ms;
    setImmediate(() => {
      turns += 1;
    });
    await giveWay();
    return turns;
  };
  expect(await stepAt(9)).toBe(0);
  expect(await stepAt(10)).toBe(2);
  expect(await stepAt(19)).toBe(2);
  expect(await stepAt(20)).toBe(4);
});
