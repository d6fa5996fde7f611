import { beforeAll, describe, expect, test } from 'vitest';
import { applyStep } from '../../src/certificates/apply-step.ts';
import { nextStep, type RotationState, type Step } from '../../src/certificates/next-step.ts';
import type { SecretContents } from '../../src/certificates/secret-contents.ts';

const dayMs = 86_400_000;
const lifetimes = { leafMs: 90 * dayMs, authorityMs: 1800 * dayMs, caPropagationMs: 600_000 };
const begin = new Date('2030-01-01T00:00:00Z');
const names = ['a.svc'];
const day = (days: number) => new Date(begin.getTime() + days * dayMs);

// What the Secret holds at the end of each step; leaves of 90 days, authorities of 1,800.
let fresh: SecretContents;
let introduced: SecretContents;
let switched: SecretContents;

beforeAll(async () => {
  const change = (kind: Exclude<Step['kind'], 'wait'>) => ({ kind, why: '', names });
  fresh = await applyStep(change('begin'), undefined, { now: begin, lifetimes });
  introduced = await applyStep(change('introduce'), fresh, { now: day(10), lifetimes });
  switched = await applyStep(change('switch'), introduced, { now: day(11), lifetimes });
});

function step(situation: Partial<RotationState> & Pick<RotationState, 'now'>): Step {
  return nextStep({ kept: fresh, names, lifetimes, jitter: 0, announced: false, ...situation });
}

describe('a leaf and its authority', () => {
  test.each([
    ['just made', 0, 'wait'],
    ['shortly before a third is left', 59.9, 'wait'],
    ['with a third left', 60, 'renew'],
    ['expired', 91, 'renew'],
    ['expired together with its authority', 1801, 'begin'],
  ])('%s', (_, days, kind) => {
    expect(step({ now: day(days) }).kind).toBe(kind);
  });

  test('the wait ends when the leaf is due, a twentieth of its life earlier for the most hasty replica', () => {
    expect(step({ now: day(1) })).toEqual({ kind: 'wait', until: day(60) });
    expect(step({ now: day(1), jitter: 1 })).toEqual({ kind: 'wait', until: day(55.5) });
    expect(step({ now: day(56), jitter: 1 }).kind).toBe('renew');
  });

  test('an authority with a third left is followed by a new one, even if the leaf is in order', async () => {
    const kept = await applyStep({ kind: 'renew', why: '', names }, fresh, { now: day(1199), lifetimes });
    expect(step({ kept, now: day(1199.5) }).kind).toBe('wait');
    expect(step({ kept, now: day(1200) })).toMatchObject({
      kind: 'introduce',
      why: 'the authority expires at 2034-12-06T00:00:00.000Z',
    });
  });

  test('a leaf that ends with its authority is not made again and again', async () => {
    const kept = await applyStep({ kind: 'renew', why: '', names }, introduced, { now: day(1750), lifetimes });
    expect(kept.leaf.notAfter).toEqual(day(1800));
    expect(step({ kept, now: day(1790) })).toEqual({ kind: 'wait', until: day(1800) });
  });

  test('certificates of the future, made by a clock that was wrong, are made anew', () => {
    expect(step({ now: day(-2) })).toMatchObject({ kind: 'begin', why: 'the authority is not valid yet' });
    expect(step({ now: day(-0.9) }).kind).toBe('wait');
  });
});

describe('a new authority', () => {
  test.each([
    ['not announced for long enough', false, 12, 'wait'],
    ['announced', true, 12, 'switch'],
    ['not announced, while the leaf is due', false, 60, 'renew'],
    ['not announced, while the old authority expires', false, 1801, 'switch'],
    ['not announced, while both expire', false, 3700, 'begin'],
  ])('%s', (_, announced, days, kind) => {
    expect(step({ kept: introduced, announced, now: day(days) }).kind).toBe(kind);
  });

  test('the old one stays until its last leaf has expired', () => {
    expect(switched.oldUntil).toEqual(fresh.leaf.notAfter);
    expect(step({ kept: switched, now: day(12) })).toEqual({ kind: 'wait', until: day(71) });
    expect(step({ kept: { ...switched, leaf: { ...switched.leaf, notAfter: day(200) } }, now: day(89.9) }).kind).toBe(
      'wait',
    );
    expect(step({ kept: { ...switched, leaf: { ...switched.leaf, notAfter: day(200) } }, now: day(90) }).kind).toBe(
      'retire',
    );
  });

  test('its key is all that is kept: the old one cannot sign any more', () => {
    expect(JSON.stringify(switched)).toContain(JSON.stringify(introduced.next?.key));
    expect(JSON.stringify(switched)).not.toContain(JSON.stringify(fresh.authority.key));
  });
});

describe('what is asked for', () => {
  test.each([
    ['leaf', 'renew'],
    ['ca', 'introduce'],
    ['all', 'begin'],
    [undefined, 'wait'],
  ] as const)('%s: %s', (demand, kind) => {
    expect(step({ now: day(1), rotationRequest: demand }).kind).toBe(kind);
  });

  test('a new authority while one is coming: that one will do', () => {
    expect(step({ kept: introduced, now: day(12), rotationRequest: 'ca' }).kind).toBe('wait');
  });
});

describe('names', () => {
  test('a name that the leaf lacks is added to those it has, so that two versions do not write in turns', async () => {
    const change = step({ now: day(1), names: ['b.svc', '10.0.0.1'] });
    expect(change).toEqual({
      kind: 'renew',
      why: 'the leaf lacks b.svc, 10.0.0.1',
      names: ['b.svc', '10.0.0.1', 'a.svc'],
    });
    if (change.kind === 'wait') return;
    const kept = await applyStep(change, fresh, { now: day(1), lifetimes });
    for (const wanted of [names, ['b.svc', '10.0.0.1']])
      expect(step({ kept, now: day(2), names: wanted }).kind).toBe('wait');
    // When it is due it gets what is wanted then.
    expect(step({ kept, now: day(62), names })).toMatchObject({ kind: 'renew', names });
  });

  test('an IPv6 address in another notation is the same', async () => {
    const kept = await applyStep({ kind: 'begin', why: '', names: ['::1'] }, undefined, { now: begin, lifetimes });
    expect(step({ kept, now: day(1), names: ['0:0:0:0:0:0:0:1'] }).kind).toBe('wait');
  });
});
