// Numbers and nouns.

import { expect, it } from 'vitest';
import { count, number } from '../../src/text/count.ts';

it('thousands are told apart, and what is no whole number is rounded', () => {
  expect([0, 999, 1000, 1234567, 2.5, 2.4].map(number)).toEqual(['0', '999', '1,000', '1,234,567', '3', '2']);
});

it('one is singular, everything else is plural', () => {
  expect([0, 1, 2, 12_000].map((n) => count(n, 'error'))).toEqual(['0 errors', '1 error', '2 errors', '12,000 errors']);
});
