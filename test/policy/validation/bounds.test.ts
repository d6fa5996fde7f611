// Mistakes of a document that is larger than it may be: few, and soon found.

import { expect, it } from 'vitest';
import { sentence } from '../../../src/policy/validation/field-error.ts';
import { readPolicy } from '../../../src/policy/validation/validate.ts';
import type { JsonObject } from '../../../src/workload/json.ts';

const head = { apiVersion: 'hitless.dev/v1alpha1', kind: 'ClusterRolloutPolicy', metadata: { name: 'large' } };
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, '-'.repeat(70)]));

it('names twenty unknown keys, and counts the others', () => {
  const { mistakes } = readPolicy({ ...head, spec: many(25) });
  expect(mistakes).toHaveLength(21);
  expect(mistakes.slice(0, 20).every(({ found }) => found === 'an unknown key')).toBe(true);
  expect(sentence(mistakes[20] as never)).toMatch(/^spec: found 5 more unknown keys; allowed: priority, /);
});

it.each<[string, JsonObject, number]>([
  ['keys of the spec', many(50_000), 21],
  ['keys of a section', { preStopSleep: many(50_000) }, 21],
  ['keys of a handler', { readinessProbe: { handler: { httpGet: many(50_000) } } }, 22],
  ['labels', { workloadSelector: { matchLabels: many(50_000) } }, 1],
  ['requirements', { workloadSelector: { matchExpressions: Object.keys(many(50_000)) } }, 1],
  [
    'values',
    { workloadSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: Object.keys(many(50_000)) }] } },
    1,
  ],
  ['headers', { readinessProbe: { handler: { httpGet: { port: 80, httpHeaders: Object.keys(many(50_000)) } } } }, 1],
])('has few mistakes for 50,000 %s', (_what, spec, count) => {
  const { mistakes } = readPolicy({ ...head, spec });
  expect(mistakes).toHaveLength(count);
  for (const mistake of mistakes) expect(sentence(mistake).length).toBeLessThan(600);
});

it('shows a value of a megabyte in a few words', () => {
  const { mistakes } = readPolicy({ ...head, spec: { preStopSleep: { seconds: 'x'.repeat(1_000_000) } } });
  expect(mistakes.map(({ found }) => found.length)).toEqual([80]);
});
