// Quantities as the API reads them: exactly, in billionths, rounded up.

import { expect, it } from 'vitest';
import { formatQuantity, parseQuantity } from '../../src/workload/quantity.ts';

const one = 1_000_000_000n;

it.each<[string, bigint | undefined]>([
  ['4', 4n * one],
  ['0', 0n],
  ['500m', one / 2n],
  ['0.5', one / 2n],
  ['.5', one / 2n],
  ['1.', one],
  ['1Ki', 1024n * one],
  ['1.5Gi', 1536n * 1024n * 1024n * one],
  ['8Ei', 8n * 1024n ** 6n * one],
  ['1e3', 1000n * one],
  ['1E3', 1000n * one],
  ['1E', 10n ** 18n * one],
  ['12e-1', (12n * one) / 10n],
  ['1k', 1000n * one],
  ['250u', 250_000n],
  ['1n', 1n],
  ['0.1n', 1n],
  ['-1', -one],
  ['+1', one],
  ['0.1', one / 10n],
  ['', undefined],
  ['m', undefined],
  ['.', undefined],
  ['1K', undefined],
  ['1 Gi', undefined],
  ['1gi', undefined],
  ['one', undefined],
  ['1e333', undefined],
])('%s', (text, billionths) => expect(parseQuantity(text)).toBe(billionths));

it.each([
  ['440m', '440m'],
  ['1760m', '1760m'],
  ['4', '4'],
  ['0', '0'],
  ['0.5Gi', '512Mi'],
  ['4Gi', '4Gi'],
  ['1500M', '1500000000'],
  ['1u', '1m'],
])('%s is written as %s', (text, written) => expect(formatQuantity(parseQuantity(text) ?? -1n)).toBe(written));
