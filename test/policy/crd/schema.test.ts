// The schema for the API server takes what our own reader takes, as far as texts go; test/e2e asks a real API server.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerNamePattern, portNamePattern } from '../../../src/policy/crd/handler.ts';
import { openApiSchema } from '../../../src/policy/crd/schema.ts';
import { labelKey, labelValue } from '../../../src/policy/crd/selector.ts';
import { isLabelKey, isLabelValue, isPortName } from '../../../src/policy/validation/names.ts';
import { isObject, type Json } from '../../../src/workload/json.ts';

/** Texts that are nearly right. */
const near = (letters: string, maxLength: number) => fc.string({ unit: fc.constantFrom(...letters), maxLength });
const long = fc.tuple(
  fc.constantFrom('a', 'a.b', ''),
  fc.integer({ min: 60, max: 66 }),
  fc.integer({ min: 245, max: 260 }),
);

describe('the schema and our reader take the same', () => {
  it.each<[string, (text: string) => boolean, (text: string) => boolean, fc.Arbitrary<string>]>([
    ['port names', isPortName, (text) => text.length <= 15 && new RegExp(portNamePattern).test(text), near('aB1-', 17)],
    [
      'header names',
      (text) => /^[-A-Za-z0-9]+$/.test(text),
      (text) => new RegExp(headerNamePattern).test(text),
      near('aB1- :', 6),
    ],
    ['label values', isLabelValue, takesValue, near('aB1-_./', 6)],
    ['long label values', isLabelValue, takesValue, long.map(([end, length]) => 'x'.repeat(length) + end)],
    ['label keys', isLabelKey, takesKey, near('aB1-_./', 10)],
    [
      'long label keys',
      isLabelKey,
      takesKey,
      long.map(([end, name, prefix]) => `${'p'.repeat(prefix)}/${'x'.repeat(name)}${end}`),
    ],
  ])('%s', (_, ours, theirs, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(theirs(text), JSON.stringify(text)).toBe(ours(text));
      }),
      { numRuns: 2_000 },
    );
  });
});

function takesValue(text: string): boolean {
  return text.length <= labelValue.maxLength && new RegExp(labelValue.pattern).test(text);
}

function takesKey(text: string): boolean {
  return [labelKey, ...labelKey.allOf].every(({ pattern }) => new RegExp(pattern).test(text));
}

describe.each(['ClusterRolloutPolicy', 'RolloutPolicy'] as const)('the schema of %s', (kind) => {
  const schema = openApiSchema(kind);

  it('has no defaults: what is not written is left to a lower layer', () => {
    expect(pathsWith(schema, (value) => Object.hasOwn(value, 'default'))).toEqual([]);
  });

  it('describes every field', () => {
    const isField = (value: object) =>
      ['type', 'x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'].some((key) =>
        Object.hasOwn(value, key),
      );
    const silent = pathsWith(schema, (value) => isField(value) && !Object.hasOwn(value, 'description'));
    // metadata has the API server's own, items and values of maps stand under what describes them
    expect(silent.filter((path) => !/(^properties\.metadata|items|additionalProperties)$/.test(path))).toEqual([]);
  });
});

/** Where a schema that fits stands: the value of `properties` and the like is none. */
function pathsWith(value: Json, fits: (value: object) => boolean, path = '', isSchema = true): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => pathsWith(item, fits, path, false));
  if (!isObject(value)) return [];
  const below = Object.entries(value).flatMap(([key, child = null]) =>
    pathsWith(child, fits, path === '' ? key : `${path}.${key}`, key !== 'properties'),
  );
  return isSchema && fits(value) ? [path, ...below] : below;
}
