// Label selectors as the API server evaluates them.

import { describe, expect, it } from 'vitest';
import type { LabelSelector } from '../../src/workload/kubernetes.ts';
import { hasAll, matches } from '../../src/workload/selector.ts';

const labels = { app: 'web', tier: '' };
const by = (key: string, operator: string, ...values: string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }],
});

describe('a label selector', () => {
  it.each<[string, LabelSelector | undefined, boolean]>([
    ['none', undefined, true],
    ['an empty one', {}, true],
    ['an equal label', { matchLabels: { app: 'web' } }, true],
    ['an empty value', { matchLabels: { tier: '' } }, true],
    ['another value', { matchLabels: { app: 'api' } }, false],
    ['an inherited name', { matchLabels: { constructor: 'x' } }, false],
    ['In', by('app', 'In', 'api', 'web'), true],
    ['In without the label', by('zone', 'In', 'a'), false],
    ['NotIn', by('app', 'NotIn', 'web'), false],
    ['NotIn without the label', by('zone', 'NotIn', 'a'), true],
    ['Exists', by('tier', 'Exists'), true],
    ['Exists of an inherited name', by('toString', 'Exists'), false],
    ['DoesNotExist', by('tier', 'DoesNotExist'), false],
    ['DoesNotExist without the label', by('zone', 'DoesNotExist'), true],
    ['an unknown operator', by('app', 'Like', 'web'), false],
    ['labels and expressions', { matchLabels: { app: 'web' }, ...by('app', 'NotIn', 'web') }, false],
  ])('%s', (_case, selector, expected) => {
    expect(matches(selector, labels)).toBe(expected);
  });

  it('needs every pair', () => {
    expect(hasAll({ app: 'web', tier: '' }, labels)).toBe(true);
    expect(hasAll({ app: 'web', zone: 'a' }, labels)).toBe(false);
  });
});
