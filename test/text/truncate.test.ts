// Text that is too long.

import { expect, it } from 'vitest';
import { truncate, truncateLine } from '../../src/text/truncate.ts';

it('keeps to its length, the sign of what is missing included', () => {
  expect(truncate('12345', 5)).toBe('12345');
  expect(truncate('123456', 5)).toBe('1234…');
});

it('cuts no character in two', () => {
  expect(truncate('123🚀', 5)).toBe('123🚀');
  expect(truncate('123🚀6', 5)).toBe('123…');
});

it('makes one line of several', () => {
  expect(truncateLine(' a\n b\t\tc ', 80)).toBe('a b c');
  expect(truncateLine('a  b  c  d', 5)).toBe('a b …');
});
