import { afterEach, expect, test } from 'vitest';
import { type Poll, poll } from '../../src/files/poll.ts';
import { eventually } from '../support/pair.ts';

let watching: Poll | undefined;
afterEach(() => watching?.stop());

/** Gives these states one after the other, then the last one for ever, and says at which of them `changed` was called. */
async function changesSeenIn(states: readonly string[], seen = 'a'): Promise<string[]> {
  let at = -1;
  const called: string[] = [];
  const state = async () => states[Math.min(++at, states.length - 1)] ?? '';
  const changed = async () => void called.push(states[Math.min(at, states.length - 1)] ?? '');
  watching = poll(seen, { state, changed, everyMs: 1 });
  await eventually(
    () => at,
    (n) => n > states.length + 2,
  );
  return called;
}

test('nothing is called while nothing changes', async () => {
  expect(await changesSeenIn(['a', 'a', 'a'])).toEqual([]);
});

test('a change counts when it is seen a second time, so that a half-written file is left alone', async () => {
  expect(await changesSeenIn(['a', 'truncated', 'half', 'b', 'b', 'b'])).toEqual(['b']);
});

test('every settled change is called once', async () => {
  expect(await changesSeenIn(['b', 'b', 'c', 'c', 'c', 'b', 'b'])).toEqual(['b', 'c', 'b']);
});

test('a change that went back before it settled is none', async () => {
  expect(await changesSeenIn(['b', 'a', 'a'])).toEqual([]);
});

test('a stopped watch calls no more', async () => {
  let looks = 0;
  const state = async () => String(looks++);
  const stopped = poll('', { state, changed: async () => undefined, everyMs: 1 });
  await eventually(
    () => looks,
    (n) => n > 2,
  );
  stopped.stop();
  const before = looks;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(looks - before).toBeLessThanOrEqual(1);
});
