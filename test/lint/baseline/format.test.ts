// The text of a baseline: what is written is read again, and anything else is told.

import { describe, expect, it } from 'vitest';
import { type BaselineEntry, baselineText, readBaselineText } from '../../../src/lint/baseline/format.ts';

const entry = (name: string, changes: Partial<BaselineEntry> = {}): BaselineEntry => ({
  fingerprint: name.padStart(32, '0'),
  count: 1,
  object: 'Deployment shop/web',
  rule: 'application',
  message: 'it is short',
  ...changes,
});

describe('a baseline', () => {
  it('has one line for each finding, sorted, and is read as it was written', () => {
    const entries = [
      entry('a', { object: 'Deployment shop/web', rule: 'readiness-probe', count: 2 }),
      entry('b', { object: '', message: 'Namespace shop is odd\u202e' }),
      entry('c', { object: 'Deployment shop/api' }),
      entry('d', { object: 'Deployment shop/web' }),
    ];
    const text = baselineText(entries);
    expect(text).toBe(`{
  "format": "hitless.dev/baseline/v1",
  "findings": [
    {"rule":"application","message":"Namespace shop is odd\\u202e","fingerprint":"${'b'.padStart(32, '0')}"},
    {"object":"Deployment shop/api","rule":"application","message":"it is short","fingerprint":"${'c'.padStart(32, '0')}"},
    {"object":"Deployment shop/web","rule":"application","message":"it is short","fingerprint":"${'d'.padStart(32, '0')}"},
    {"object":"Deployment shop/web","rule":"readiness-probe","message":"it is short","count":2,"fingerprint":"${'a'.padStart(32, '0')}"}
  ]
}
`);
    const read = readBaselineText(text);
    expect('entries' in read && read.entries.toSorted((x, y) => (x.fingerprint < y.fingerprint ? -1 : 1))).toEqual(
      entries,
    );
  });

  it('may be empty, and begin with a byte order mark', () => {
    expect(readBaselineText(`\uFEFF${baselineText([])}`)).toEqual({ entries: [] });
  });

  it('that was merged has a finding of both sides once, as often as the larger one says', () => {
    const both = { format: 'hitless.dev/baseline/v1', findings: [entry('a', { count: 3 }), entry('a', { count: 2 })] };
    expect(readBaselineText(JSON.stringify(both))).toEqual({ entries: [entry('a', { count: 3 })] });
  });

  const notOne = 'it is not a baseline: hitless baseline writes one';
  it.each([
    ['', notOne],
    ['[]', notOne],
    ['{"format": 1}', notOne],
    ['apiVersion: v1', notOne],
    [baselineText([entry('a')]).slice(0, 80), notOne],
    [
      '{"format": "hitless.dev/baseline/v12"}',
      'it is of a newer version (hitless.dev/baseline/v12; this hitless knows hitless.dev/baseline/v1): use a newer hitless, or write it again',
    ],
    [
      '{"format": "hitless.dev/lab/v1alpha1"}',
      'its format is hitless.dev/lab/v1alpha1, and must be hitless.dev/baseline/v1: write it again',
    ],
    ['{"format": "hitless.dev/baseline/v1"}', 'it has no list of findings: write it again'],
    ['{\n<<<<<<< ours\n', 'it holds the marks of a merge conflict: keep the lines of both sides, or write it again'],
  ])('is not %j', (text, mistake) => {
    expect(readBaselineText(text)).toEqual({ mistake });
  });

  it.each([
    'text',
    {},
    { fingerprint: 'abc' },
    { fingerprint: 'A'.repeat(32) },
    { fingerprint: 'a'.repeat(32), count: 0 },
    { fingerprint: 'a'.repeat(32), count: '2' },
    { fingerprint: 'a'.repeat(32), count: 1.5 },
  ])('has no finding such as %j', (wrong) => {
    const text = JSON.stringify({ format: 'hitless.dev/baseline/v1', findings: [entry('a'), wrong] });
    expect(readBaselineText(text)).toEqual({
      mistake:
        'findings[1] must be an object with a fingerprint of 32 hexadecimal digits, and with a count above 0 or none',
    });
  });
});
