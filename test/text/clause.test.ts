import { expect, it } from 'vitest';
import { clauseOf } from '../../src/text/clause.ts';

it.each([
  ['It sets no field.', 'it sets no field'],
  ['RolloutPolicy shop/web is ignored.', 'RolloutPolicy shop/web is ignored'],
  ['nothing to change', 'nothing to change'],
  ['', ''],
])('%s', (sentence, clause) => {
  expect(clauseOf(sentence)).toBe(clause);
});
