// Runs of the lab put together: every measurement counts once, and what cannot be compared is refused.

import { expect, it } from 'vitest';
import { mergeResults } from '../../scripts/merge-results.ts';
import { rowKey } from '../../src/measurement/lab/rows.ts';
import { labResult } from '../support/report/lab-result.ts';

const run = { ...labResult(), failures: [] };

it('a row that is in both runs has the measurements of both, one that is in a single run has its own', () => {
  const [own, ...rest] = run.rows;
  if (own === undefined) throw new Error('no row');
  const merged = mergeResults([run, { ...run, command: 'hitless lab again', rows: rest }]);
  expect(merged.rows.map(rowKey)).toEqual(run.rows.map(rowKey));
  for (const row of merged.rows) {
    const times = rowKey(row) === rowKey(own) ? 1 : 2;
    const alone = run.rows.find((one) => rowKey(one) === rowKey(row));
    const sent = alone?.rollouts.flatMap(({ lanes }) => lanes).reduce((sum, lane) => sum + lane.sent, 0) ?? 0;
    expect([row.rollouts.length, row.sent]).toEqual([times * (alone?.rollouts.length ?? 0), times * sent]);
  }
  expect(merged.command).toBe(`${run.command}; hitless lab again`);
  expect([merged.timelines, merged.lag, merged.recommendation]).toEqual([[], undefined, undefined]);
});

it.each([
  ['another rate', { rate: run.rate + 1 }, 'differ in versions or rate'],
  ['another version', { versions: { ...run.versions, hitless: '9' } }, 'differ in versions or rate'],
  ['something unmeasured', { failures: ['crash ×2: gone'] }, 'something was not measured: crash ×2: gone'],
])('%s is refused', (_what, change, reason) => {
  expect(() => mergeResults([run, { ...run, ...change }])).toThrow(reason);
});
