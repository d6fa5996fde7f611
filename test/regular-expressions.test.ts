// No text that others write can make an expression of ours take the square of its length, or for ever.

import { createContext, Script } from 'node:vm';
import { check } from 'recheck';
import { describe, expect, it } from 'vitest';
import { nearMisses, regularExpressions } from './support/regular-expressions.ts';

const all = await regularExpressions();
const distinct = new Map(all.toReversed().map((one) => [`${one.expression}`, one])).values();
const cases = [...distinct]
  .toReversed()
  .map(({ place, expression }) => [`${place} ${expression}`, expression] as const);

const length = 20_000;
// Linear ones take 1 ms at most, those that take the square more than 100.
const limitMs = 50;
// Most texts need no more than this look: what takes the square of the length takes a sixteenth of it for a quarter of the length.
const screened = length / 4;
const suspiciousMs = limitMs / 16;
const sandbox = createContext({ work: () => {} });
const script = new Script('work()');

/** The texts that `expression` takes too long for: as it is used, one match, or with `g` all of them. */
function slow(expression: RegExp): string[] {
  const suspicious = suspiciousOf(expression, nearMisses(expression, screened));
  if (!suspicious.includes(true)) return [];
  return nearMisses(expression, length)
    .filter((_, at) => suspicious[at])
    .filter((text) => [1, 2, 3].every(() => takes(expression, text) > limitMs))
    .map((text) => JSON.stringify(text.slice(0, 40)));
}

/** All in one go, because every run with a limit of time starts a thread; what is behind a text that hangs stays suspicious. */
function suspiciousOf(expression: RegExp, texts: readonly string[]): readonly boolean[] {
  const suspicious = texts.map(() => true);
  sandbox.work = () => {
    for (const [at, text] of texts.entries()) {
      const before = process.threadCpuUsage();
      text.replace(expression, '');
      suspicious[at] = process.threadCpuUsage(before).user / 1_000 > suspiciousMs;
    }
  };
  try {
    script.runInContext(sandbox, { timeout: 20_000 });
  } catch {
    // The limit of time: the texts that were not reached are looked at one by one.
  }
  return suspicious;
}

/** Milliseconds of this thread alone, whatever else the machine does. */
function takes(expression: RegExp, text: string): number {
  const before = process.threadCpuUsage();
  sandbox.work = () => text.replace(expression, '');
  try {
    script.runInContext(sandbox, { timeout: 2_000 });
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  return process.threadCpuUsage(before).user / 1_000;
}

async function verdict({ source, flags }: RegExp): Promise<string> {
  const found = await check(source, flags, { timeout: 100_000, attackTimeout: null });
  return found.status === 'vulnerable' ? `${found.complexity.summary}: ${found.attack.pattern}` : found.status;
}

describe('a regular expression', () => {
  it('of each of these kinds is found out', async () => {
    // The hang on a line of #, and the one whose every match is fast, but not all of them together.
    const hangs = /^(?:\s|#[^\n]*)*,/;
    const square = /"(?:[^"\\]|\\.)*"|[^\s"]+/g;
    expect(await verdict(hangs)).toContain('exponential');
    expect(await verdict(/(\d+)s/)).toContain('polynomial');
    expect(takes(hangs, '#'.repeat(40))).toBe(Number.POSITIVE_INFINITY);
    expect(slow(square)).toContain(JSON.stringify('"\\'.repeat(20)));
  }, 60_000);

  it('is looked for in all of src', () => {
    expect(cases.map(([name]) => name)).toContainEqual(expect.stringMatching(/^text\/hidden\.ts:\d+ \/\[\\p\{Cc\}/));
    expect(all.length).toBeGreaterThan(100);
  });

  it.each(cases)(
    '%s is linear by its theory',
    async (_, expression) => {
      expect(await verdict(expression)).toBe('safe');
    },
    120_000,
  );

  it.each(cases)(
    '%s is linear for what nearly matches',
    (_, expression) => {
      expect(slow(expression)).toEqual([]);
    },
    60_000,
  );
});
