// What is remembered by names and paths of users has an end.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createMemory } from '../../src/workload/memory.ts';
import { getAt } from '../../src/workload/path.ts';

describe('a memory', () => {
  it('lets the oldest entry make room', () => {
    const memory = createMemory<number>(2);
    for (const [i, key] of ['a', 'b', 'a', 'c'].entries()) memory.set(key, i);
    expect([memory.size, memory.get('a'), memory.get('b'), memory.get('c')]).toEqual([2, undefined, 1, 3]);
  });

  it('takes no key that is longer than it may be', () => {
    const memory = createMemory<number>(2, 3);
    memory.set('abc', 1);
    memory.set('abcd', 2);
    expect([memory.size, memory.get('abc'), memory.get('abcd')]).toEqual([1, 1, undefined]);
  });
});

it('paths with names of a megabyte are not remembered', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 100; i += 1) getAt({}, `spec.containers[${'a'.repeat(1_000_000)}${i}]`);
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
});
