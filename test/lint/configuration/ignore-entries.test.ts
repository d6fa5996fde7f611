// Which objects an entry of the configuration is about, and until when.

import { describe, expect, it } from 'vitest';
import { byDay, isAbout, matchesPattern } from '../../../src/lint/configuration/ignore-entries.ts';

const entry = { reason: 'not ours', where: '.hitless.yaml:3' };
const web = { kind: 'Deployment', namespace: 'shop', name: 'web' };

describe('an entry', () => {
  it.each([
    [{}, true],
    [{ kind: ['StatefulSet', 'Deployment'] }, true],
    [{ kind: ['StatefulSet'] }, false],
    [{ namespace: ['sh*'], name: ['web'] }, true],
    [{ namespace: ['sh*'], name: ['api', 'web-*'] }, false],
    [{ namespace: ['shop-*'] }, false],
  ])('with %j is about a Deployment shop/web: %s', (selectors, expected) => {
    expect(isAbout({ ...entry, ...selectors }, web)).toBe(expected);
  });

  it('counts on its last day', () => {
    const dated = { ...entry, until: '2027-01-31' };
    expect(byDay([entry, dated], '2027-01-31')).toEqual({ counting: [entry, dated], over: [] });
    expect(byDay([entry, dated], '2027-02-01')).toEqual({ counting: [entry], over: [dated] });
  });
});

describe('a pattern', () => {
  it.each([
    ['web', 'web', true],
    ['web', 'webs', false],
    ['*', '', true],
    ['*', 'web', true],
    ['web-*', 'web-', true],
    ['web-*', 'my-web-1', false],
    ['*-web', 'my-web', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'a-c-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['**b**', 'abc', true],
    ['w.b', 'web', false],
  ])('%s matches %j: %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });
});
