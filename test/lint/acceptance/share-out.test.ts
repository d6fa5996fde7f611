// Of more findings than a baseline has, the first are accepted, whichever thread found them.

import { describe, expect, it } from 'vitest';
import { acceptanceOutcomeOf, withinLimits } from '../../../src/lint/acceptance/share-out.ts';
import { fingerprintOf } from '../../../src/lint/fingerprint.ts';
import type { FileWorkload } from '../../../src/lint/result.ts';

const counts = (found: Readonly<Record<string, number>>) => new Map(Object.entries(found));

const part = (found: Readonly<Record<string, number>>, ...entries: readonly string[]) => {
  return { known: counts(found), entries: new Set(entries) };
};

describe('a baseline', () => {
  it('limits only parts that have more than is left of it', () => {
    const found = [part({ a: 1, b: 1 }, ':3'), part({ a: 1 }), part({ a: 2, b: 1 }, ':5', ':3'), part({ a: 1 })];
    const { limits, unused, entries } = acceptanceOutcomeOf(found, counts({ a: 3, b: 2, c: 4 }));
    expect(limits).toEqual([new Map(), new Map(), counts({ a: 1 }), counts({ a: 0 })]);
    expect(unused).toEqual(counts({ c: 4 }));
    expect(entries).toEqual(new Set([':3', ':5']));
  });

  it('has left what was found less often', () => {
    expect(acceptanceOutcomeOf([part({ a: 1 }), part({ a: 1 })], counts({ a: 3 })).unused).toEqual(counts({ a: 1 }));
  });
});

const object = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const found = (line: number, message: string) => {
  return { line, column: 1, rule: 'application', severity: 'note' as const, message, changes: [] };
};
const ignored = { by: 'baseline' as const, where: 'b.json' };
const workload: FileWorkload = {
  ...{ file: 'web.yaml', at: { line: 1, column: 1 }, object },
  diagnostics: [found(5, 'it is new')],
  ignored: [
    { ...found(3, 'it is short'), ignored },
    { ...found(9, 'it is long'), ignored },
    { ...found(2, 'it is short'), ignored: { by: 'configuration', where: '.hitless.yaml:3', reason: 'why' } },
  ],
};

it('what is beyond a limit counts, in the order of the file', () => {
  const limits = new Map([[fingerprintOf(object, found(0, 'it is short')), 1]]);
  const [first, second, third] = [...withinLimits([workload, workload, { ...workload, ignored: [] }], limits)];
  expect(first).toBe(workload);
  expect(second?.diagnostics).toEqual([found(3, 'it is short'), found(5, 'it is new')]);
  expect(second?.ignored).toEqual(workload.ignored?.slice(1));
  expect(third).toMatchObject({ diagnostics: [found(5, 'it is new')] });
});
