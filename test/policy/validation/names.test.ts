// Names at the edge of what the API server takes.

import { describe, expect, it } from 'vitest';
import {
  isLabelKey,
  isLabelValue,
  isNamespaceName,
  isObjectName,
  isPortName,
} from '../../../src/policy/validation/names.ts';

const long = (length: number) => 'a'.repeat(length);

const cases: readonly (readonly [judge: (text: string) => boolean, good: readonly string[], bad: readonly string[]])[] =
  [
    [isPortName, ['web', 'h2', 'a-b', '8080-tcp', long(15)], ['', '8080', 'a--b', '-a', 'a-', 'Web', 'a_b', long(16)]],
    [isNamespaceName, ['shop', 'a-1', '1', long(63)], ['', 'a.b', 'A', '-a', 'a-', long(64)]],
    [
      isObjectName,
      ['a.b', 'a-b.c', long(63), `${long(200)}.b`],
      ['', '.a', 'a.', 'a..b', 'a_b', `${long(200)}.${long(53)}`],
    ],
    [
      isLabelKey,
      ['app', 'A_b.c-d', 'example.com/x', `${long(20)}.io/${long(63)}`, 'constructor'],
      ['', '/', '/a', 'a/', 'a/b/c', '_a', 'a-', '__proto__', long(64), 'Example.com/a', `a.io/${long(64)}`],
    ],
    [isLabelValue, ['', 'web', '1.0_a-B', long(63)], ['-a', 'a.', 'a b', 'a/b', 'ä', long(64)]],
  ];

describe.each(cases)('%o', (judge, good, bad) => {
  it.each(good)('takes "%s"', (text) => expect(judge(text)).toBe(true));
  it.each(bad)('refuses "%s"', (text) => expect(judge(text)).toBe(false));
});
