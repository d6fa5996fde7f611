// Whatever people write, resolution gives a usable policy and reading never throws.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoSleepSeconds, leastSleepSeconds, longestAutoSeconds } from '../../src/policy/auto-sleep.ts';
import type { PolicyField } from '../../src/policy/fields.ts';
import { kindChoices } from '../../src/policy/kinds-setting.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { PolicyDocument, ResolvedPolicy } from '../../src/policy/policy.ts';
import { fieldsOf, sections } from '../../src/policy/sections.ts';
import { selectPolicy } from '../../src/policy/select.ts';
import { sentence } from '../../src/policy/validation/field-error.ts';
import { fieldMistakes } from '../../src/policy/validation/field-value.ts';
import { readPolicy } from '../../src/policy/validation/validate.ts';
import { isZero } from '../../src/workload/int-or-percent.ts';
import type { Json } from '../../src/workload/json.ts';
import { getAt } from '../../src/workload/path.ts';

function values(field: PolicyField): fc.Arbitrary<Json> {
  if (field.kind === 'action') return fc.constantFrom('off', 'report', 'fill', 'enforce', false);
  if (field.kind === 'int-or-word') return fc.oneof(fc.constant(field.word), values({ ...field, kind: 'integer' }));
  if (field.kind === 'integer')
    return fc.oneof(
      fc.integer({ min: field.minimum, max: 40 }),
      fc.integer({ min: field.minimum, max: field.maximum }),
    );
  if (field.kind === 'choice') return fc.constantFrom(...field.choices);
  if (field.kind === 'handler')
    return fc.constantFrom<Json>('auto', { tcpSocket: { port: 80 } }, { grpc: { port: 1 } });
  return fc.constantFrom<Json>(0, 1, 3, '0%', '25%', '100%');
}

const section = (name: (typeof sections)[number]) =>
  fc.record(Object.fromEntries(Object.entries(fieldsOf(name)).map(([key, field]) => [key, values(field)])), {
    requiredKeys: [],
  });

const words = fc.constantFrom('a', 'b', 'app', '__proto__', 'constructor', 'hitless.dev/mode', 'hitless.dev/__proto__');
const labels = fc.dictionary(words, fc.constantFrom('a', 'b', 'x'), { maxKeys: 4 });
const selector = fc.record(
  { matchLabels: fc.dictionary(fc.constantFrom('a', 'b', 'app'), fc.constantFrom('a', 'b')) },
  { requiredKeys: [] },
);

const spec = fc.record(
  {
    workloadSelector: selector,
    kinds: fc.subarray([...kindChoices()]),
    ...Object.fromEntries(sections.map((name) => [name, section(name)])),
  },
  { requiredKeys: [] },
);
const written = fc.oneof(
  fc.record({
    apiVersion: fc.constant('hitless.dev/v1alpha1'),
    kind: fc.constant('ClusterRolloutPolicy'),
    metadata: fc.record({ name: fc.constantFrom('a', 'b', 'c') }),
    spec: fc
      .tuple(spec, fc.integer({ min: -2, max: 2 }), selector)
      .map(([said, priority, namespaceSelector]) => ({ ...said, priority, namespaceSelector })),
  }),
  fc.record({
    apiVersion: fc.constant('hitless.dev/v1alpha1'),
    kind: fc.constant('RolloutPolicy'),
    metadata: fc.record({ name: fc.constantFrom('a', 'b', 'c'), namespace: fc.constantFrom('shop', 'bank') }),
    spec,
  }),
);

const text = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map(String),
  fc.constantFrom('off', 'audit', 'enforce', 'auto', 'tcp:80', 'http:web/x', '25%', '101%', '', '99999', '-1', 'x'),
  fc.string({ unit: 'binary' }),
);
const name = fc.oneof(
  fc
    .constantFrom(
      'mode',
      'pre-stop-sleep-seconds',
      'termination-grace-period-seconds',
      'min-ready-seconds',
      'readiness-probe',
      'max-unavailable',
      'max-surge',
    )
    .map((n) => `hitless.dev/${n}`),
  fc.string({ unit: 'binary' }).map((n) => `hitless.dev/${n}`),
  fc.string(),
);
const annotations = fc.dictionary(name, text, { maxKeys: 6 });

function documentsOf(given: readonly unknown[]): PolicyDocument[] {
  return given.flatMap((value) => readPolicy(value as Json).document ?? []);
}

function expectUsable({ kinds, spec: resolved, origins }: ResolvedPolicy): void {
  expect(kindChoices()).toEqual(expect.arrayContaining([...kinds]));
  expect(origins.kinds).toMatch(/^(built-in default|(Cluster)?RolloutPolicy )/);
  for (const one of sections) {
    for (const [key, field] of Object.entries(fieldsOf(one))) {
      const value = (resolved[one] as unknown as Record<string, Json>)[key];
      expect(value === undefined ? ['missing'] : fieldMistakes(value, field, [one, key])).toEqual([]);
      expect(origins[`${one}.${key}`]).toMatch(
        /^(built-in default|(Cluster)?RolloutPolicy |Namespace shop |Deployment )/,
      );
    }
  }
  const { preStopSleep, terminationGracePeriod, rollingUpdate } = resolved;
  const least = leastSleepSeconds(preStopSleep);
  const sleep = preStopSleep.action === 'off' ? 0 : least;
  const { seconds: whole, drainSeconds, maximumSeconds } = terminationGracePeriod;
  expect(preStopSleep.minimumSeconds).toBeLessThanOrEqual(least);
  expect(sleep + drainSeconds).toBeLessThanOrEqual(whole ?? maximumSeconds);
  expect(whole ?? 0).toBeLessThanOrEqual(maximumSeconds);
  expect(isZero(rollingUpdate.maxUnavailable) && isZero(rollingUpdate.maxSurge)).toBe(false);
  if (preStopSleep.seconds !== 'auto' || preStopSleep.action === 'off') return;
  for (const needed of [0, least, 40, longestAutoSeconds]) {
    const long = autoSleepSeconds(resolved, needed);
    expect(long).toBeGreaterThanOrEqual(least);
    expect(long + drainSeconds).toBeLessThanOrEqual(whole ?? maximumSeconds);
  }
}

describe('resolution', () => {
  it('never throws, and gives a complete policy that does not contradict itself', () => {
    const given = fc.record({
      documents: fc.array(written, { maxLength: 5 }),
      labels,
      annotations,
      nsLabels: labels,
      nsAnnotations: annotations,
    });
    fc.assert(
      fc.property(given, (world) => {
        const policies = compilePolicies(documentsOf(world.documents));
        const namespace = { name: 'shop', labels: world.nsLabels, annotations: world.nsAnnotations };
        const workload = { kind: 'Deployment', namespace, labels: world.labels, annotations: world.annotations };
        const selection = selectPolicy(policies, workload);
        expectUsable(selection.policy);
        expect(['enforce', 'audit', 'off']).toContain(selection.mode);
        for (const mistake of selection.mistakes) expect(mistake).toMatch(/^[^\p{Cc}]{20,500}[.?]$/u);
        expect(selectPolicy(policies, workload)).toEqual(selection);
        expect(selectPolicy(compilePolicies(policies.documents), { ...workload, namespace: { ...namespace } })).toEqual(
          selection,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same answers whoever asked before', () => {
    const workload = fc.record({
      name: fc.constantFrom('shop', 'bank'),
      labels,
      annotations,
      nsAnnotations: annotations,
    });
    fc.assert(
      fc.property(fc.array(written, { maxLength: 4 }), fc.array(workload, { maxLength: 6 }), (documents, asked) => {
        const policies = compilePolicies(documentsOf(documents));
        for (const { name, nsAnnotations, ...own } of asked) {
          const given = { kind: 'Deployment', ...own, namespace: { name, labels: {}, annotations: nsAnnotations } };
          expect(selectPolicy(policies, given)).toEqual(selectPolicy(compilePolicies(policies.documents), given));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes a good part of the generated documents, so that the property above means something', () => {
    const sample = fc.sample(written, { numRuns: 500, seed: 1 });
    expect(documentsOf(sample).length).toBeGreaterThan(100);
  });
});

/** A policy document with one value somewhere replaced by anything. */
const damaged = fc.tuple(written, fc.jsonValue(), fc.nat()).map(([document, value, where]) => {
  const places: [Record<string, unknown>, string][] = [];
  const copy = structuredClone(document) as Record<string, unknown>;
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk(child);
    }
  };
  walk(copy);
  const place = places[where % places.length];
  if (place !== undefined) place[0][place[1]] = value;
  return copy as Json;
});

describe('reading a document', () => {
  it('never throws, gives either a document or mistakes, and changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, damaged), (value) => {
        const before = JSON.stringify(value);
        const { document, mistakes } = readPolicy(value);
        expect(document === undefined).toBe(mistakes.length > 0);
        for (const mistake of mistakes)
          expect(sentence(mistake)).toMatch(/^[^\p{Cc}]+: found [^\p{Cc}]+; allowed: [^\p{Cc}]+$/u);
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds one mistake per wrong value, at its path', () => {
    const value = readPolicy({
      apiVersion: 'hitless.dev/v1alpha1',
      kind: 'RolloutPolicy',
      metadata: { name: 'a' },
      spec: { preStopSleep: { seconds: 'x' } },
    });
    expect(value.mistakes.map(({ path }) => path)).toEqual(['spec.preStopSleep.seconds']);
    expect(getAt({ spec: { preStopSleep: { seconds: 'x' } } }, value.mistakes[0]?.path ?? '')).toBe('x');
  });
});
