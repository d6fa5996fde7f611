// Work that waits for its turn.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns } from '../../../src/cluster/cache/turns.ts';

test('no more is done at one time than there are turns, in the order of asking, and all of it', async () => {
  const inTurn = createTurns(2);
  const began: number[] = [];
  let [running, most] = [0, 0];
  const work = (index: number) =>
    inTurn(async () => {
      began.push(index);
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
      return index;
    });
  const found = await Promise.all(Array.from({ length: 7 }, (_, index) => work(index)));
  expect(found).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(began).toEqual(found);
  expect(most).toBe(2);
});

test('work that fails gives its turn back', async () => {
  const inTurn = createTurns(1);
  await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await inTurn(async () => 'yes')).toBe('yes');
});
