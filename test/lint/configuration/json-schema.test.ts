// The JSON schema of the configuration says the same as its validation.

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { configurationShape } from '../../../src/lint/configuration/fields.ts';
import { configurationSchema } from '../../../src/lint/configuration/json-schema.ts';
import { mistakesIn } from '../../../src/lint/configuration/shapes.ts';
import type { Json } from '../../../src/workload/json.ts';

const isValid = new Ajv({ strict: true, strictRequired: false }).compile(configurationSchema());
const ignores = (entry: Json) => ({ ignores: [entry] });

describe('the schema and the validation accept', () => {
  it.each<Json>([
    {},
    { policies: 'policy.yaml', baseline: 'b.json', failOn: 'never', namespace: 'shop' },
    { policies: ['a', '../b'], ignoredPaths: ['vendor/', '!keep', '\\#x'], outputs: [] },
    { outputs: ['text', { format: 'sarif', file: 'x' }, { format: 'json' }] },
    ignores({ reason: 'why', rule: 'application', until: '2028-02-29' }),
    ignores({
      reason: 'why',
      kind: ['Deployment', 'Rollout'],
      namespace: '*',
      name: ['web', 'a.b-*'],
      rule: ['manifest'],
    }),
  ])('%j', (value) => {
    expect(mistakesIn(value, configurationShape)).toEqual([]);
    expect(isValid(value), JSON.stringify(isValid.errors)).toBe(true);
  });
});

describe('the schema and the validation refuse', () => {
  it.each<Json>([
    'text',
    [],
    null,
    { polices: [] },
    { policies: 5 },
    { policies: [''] },
    { policies: null },
    { failOn: 'info' },
    { namespace: 'Shop' },
    { namespace: 'a'.repeat(64) },
    { outputs: 'text' },
    { outputs: ['xml'] },
    { outputs: [{ file: 'x' }] },
    { outputs: [{ format: 'text', file: '' }] },
    { ignoredPaths: ['#x'] },
    { ignoredPaths: ['  '] },
    { ignoredPaths: ['a\nb'] },
    { ignores: {} },
    ignores({ reason: 'why' }),
    ignores({ rule: 'application' }),
    ignores({ rule: 'application', reason: '' }),
    ignores({ rule: 'applications', reason: 'why' }),
    ignores({ kind: 'Pod', reason: 'why' }),
    ignores({ name: 'Web', reason: 'why' }),
    ignores({ name: 'a'.repeat(254), reason: 'why' }),
    ignores({ namespace: 'a b', reason: 'why' }),
    ignores({ name: 'web', reason: 'why', until: 'tomorrow' }),
    ignores({ name: 'web', reason: 'why', until: '2027-13-01' }),
    ignores({ name: 'web', reason: 'why', untill: '2027-01-01' }),
  ])('%j', (value) => {
    expect(mistakesIn(value, configurationShape)).not.toEqual([]);
    expect(isValid(value)).toBe(false);
  });
});
