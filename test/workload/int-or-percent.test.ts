// A number of pods, or a percentage.

import { expect, it } from 'vitest';
import { isZero } from '../../src/workload/int-or-percent.ts';

it('zero is 0 or a percentage of zeros', () => {
  expect([0, '0%', '00%'].filter(isZero)).toHaveLength(3);
  expect([1, '1%', '10%', '0', '', '%', undefined, null, [0]].filter(isZero)).toEqual([]);
});
