import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { meanTurnMs, type Overload, refusals, watchOverload } from '../../src/server/overload.ts';

let overload: Overload | undefined;
afterEach(() => overload?.stop());

test('calls are refused from the limit on, and taken again below it', () => {
  overload = watchOverload({ maxInFlight: 3, maxEventLoopDelayMs: 1000 });
  expect([0, 2, 3, 900, 2].map((inFlight) => overload?.check(inFlight)?.code)).toEqual([
    undefined,
    undefined,
    503,
    503,
    undefined,
  ]);
});

test('a blocked event loop refuses, and takes calls again when it runs', async () => {
  const current = watchOverload({ maxInFlight: 3, maxEventLoopDelayMs: 60 });
  overload = current;
  const block = () => {
    const end = performance.now() + 150;
    while (performance.now() < end);
  };
  const refused = () => current.check(0) !== undefined;
  const within = async (ms: number, busy: boolean) => {
    const wanted = busy;
    for (const end = performance.now() + ms; performance.now() < end && refused() !== wanted; ) {
      if (busy) block();
      // A timer would leave the event loop idle until the machine wakes it up.
      await (busy ? new Promise(setImmediate) : sleep(20));
    }
    return refused();
  };
  expect(refused()).toBe(false);
  expect(await within(30_000, true)).toBe(true);
  expect(await within(30_000, false)).toBe(false);
});

test.each([
  ['nothing to do', { ms: 1000, activeMs: 1, turns: 12 }, 0],
  ['one pause of 0.6 s', { ms: 1000, activeMs: 600, turns: 2 }, 0],
  ['turns of 2 ms without end', { ms: 1000, activeMs: 990, turns: 495 }, 2],
  ['turns of 0.3 s without end', { ms: 1200, activeMs: 1200, turns: 4 }, 300],
  ['a turn that has lasted for 3 s', { ms: 3000, activeMs: 3000, turns: 0 }, 3000],
])('with %s an event waits for the mean of the turns', (_what, now, delayMs) => {
  expect(meanTurnMs({ ms: 0, activeMs: 0, turns: 0 }, now)).toBe(delayMs);
});

test('Retry-After goes when the refusing has lasted five seconds, and comes back after a pause', () => {
  const refuse = refusals();
  const retryAt = (now: number) => refuse(now).headers['retry-after'];
  expect([0, 1002, 2003, 3006, 4008, 4900].map(retryAt)).toEqual(Array(6).fill('1'));
  expect([5010, 6500, 8400].map(retryAt)).toEqual(Array(3).fill(undefined));
  expect(retryAt(10_500)).toBe('1');
});

test('every refusal sends the caller to another connection', () => {
  expect(refusals()(0).headers.connection).toBe('close');
});
