// The limits of a rolling update in pods, as the Deployment controller resolves them.

import { expect, it } from 'vitest';
import type { SurgingStrategy } from '../../src/rules/limits.ts';
import { podCount, podLimits } from '../../src/rules/limits.ts';
import { deployment } from '../../src/workload/kinds/deployment.ts';
import type { IntOrPercent } from '../../src/workload/workload.ts';

const strategy = deployment.strategy as SurgingStrategy;

it.each<[IntOrPercent, number, number, number]>([
  ['25%', 1, 0, 1],
  ['25%', 3, 0, 1],
  ['25%', 4, 1, 1],
  ['25%', 10, 2, 3],
  ['50%', 1, 0, 1],
  ['100%', 3, 3, 3],
  ['150%', 2, 3, 3],
  ['0%', 9, 0, 0],
  [2, 9, 2, 2],
  ['2', 9, 2, 2],
  ['some', 9, 0, 0],
  ['2.5%', 9, 0, 0],
  [-1, 9, 0, 0],
])('%s of %s is %s rounded down and %s rounded up', (value, replicas, down, up) => {
  expect(podCount({ rounded: 'down' }, value, replicas)).toBe(down);
  expect(podCount({ rounded: 'up' }, value, replicas)).toBe(up);
});

it.each<[IntOrPercent, IntOrPercent, number, number, number]>([
  ['25%', '25%', 3, 0, 1],
  ['25%', '25%', 8, 2, 2],
  ['25%', 0, 3, 1, 0],
  ['25%', 0, 1, 1, 0],
  ['150%', 1, 2, 2, 1],
  [5, 1, 2, 2, 1],
  ['25%', '25%', 0, 0, 0],
])('maxUnavailable %s and maxSurge %s of %s lets %s go and %s come', (maxUnavailable, maxSurge, replicas, unavailable, surge) => {
  expect(podLimits(strategy, { maxUnavailable, maxSurge }, replicas)).toEqual({ unavailable, surge });
});

it('counts more digits than a number has without an error', () => {
  expect(Number.isSafeInteger(podCount({ rounded: 'up' }, `${'9'.repeat(400)}%`, 3))).toBe(true);
  expect(Number.isSafeInteger(podCount({ rounded: 'up' }, '9'.repeat(400), 3))).toBe(true);
});
