// What goes into a baseline, what is taken out of it, and how that is counted.

import { expect, it } from 'vitest';
import { beyond, countedEntries, entriesOf, pruned, total } from '../../../src/lint/baseline/entries.ts';
import type { FileWorkload } from '../../../src/lint/result.ts';

const at = { line: 1, column: 1 };
const found = (message: string) => ({ ...at, rule: 'application', severity: 'note' as const, message, changes: [] });
const workload = (name: string, file: string, ...messages: readonly string[]): FileWorkload => ({
  ...{ file, at, object: { kind: 'Deployment', namespace: 'shop', name } },
  diagnostics: messages.map(found),
});

const { entries, workloads } = entriesOf([
  workload('web', 'a.yaml', 'it is short', 'it sleeps 5 s'),
  workload('web', 'b.yaml', 'it is short'),
  workload('api', 'a.yaml', 'it is short'),
  workload('fine', 'a.yaml'),
]);

it('holds each finding once, with how often it is there', () => {
  expect(entries.map(({ object, message, count }) => [object, message, count])).toEqual([
    ['Deployment shop/web', 'it is short', 2],
    ['Deployment shop/web', 'it sleeps … s', 1],
    ['Deployment shop/api', 'it is short', 1],
  ]);
  expect([total(entries), workloads]).toEqual([4, 3]);
});

it('loses what is not found any more, and gains nothing', () => {
  const now = entriesOf([workload('web', 'c.yaml', 'it is short', 'it sleeps 9 s', 'it is new')]).entries;
  const left = pruned(entries, countedEntries(now));
  expect(left.map(({ message, count }) => [message, count])).toEqual([
    ['it is short', 1],
    ['it sleeps … s', 1],
  ]);
  expect([beyond(now, entries), beyond(entries, now)]).toEqual([1, 2]);
});
