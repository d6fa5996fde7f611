// Did you mean ...?

import { expect, it } from 'vitest';
import { closestWord } from '../../src/text/closest-word.ts';

const words = ['seconds', 'minimumSeconds', 'action', 'mechanism'];

it.each([
  ['sconds', 'seconds'],
  ['SECONDS', 'seconds'],
  ['minimum', 'minimumSeconds'],
  ['actionOfIt', 'action'],
  ['mechansim', 'mechanism'],
])('%s is %s', (word, meant) => {
  expect(closestWord(word, words)).toBe(meant);
});

it.each(['', 'x', 'period', 'replicas', 'seconds'.repeat(20)])('%j is none of them', (word) => {
  expect(closestWord(word, words)).toBeUndefined();
});
