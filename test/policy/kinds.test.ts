// The setting `kinds`: which layer decides it, what it does to the mode, and what is said about it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/policy/effect.ts';
import { compilePolicies } from '../../src/policy/policies.ts';
import { lowerMode, type Mode, originOf, type PolicyDocument } from '../../src/policy/policy.ts';
import { policyReach, type WorkloadMetadata } from '../../src/policy/reach.ts';
import { type PolicySubject, selectPolicy } from '../../src/policy/select.ts';
import { policyVerdicts } from '../../src/policy/verdicts.ts';
import type { Namespace } from '../../src/workload/kubernetes.ts';
import { clusterPolicy, shop, shopPolicy } from '../support/policy.ts';

const kindNames = ['Deployment', 'StatefulSet', 'DaemonSet', 'Fleet'] as const;
const kinds = fc.option(fc.subarray([...kindNames]), { nil: undefined });
const app = fc.constantFrom(undefined, 'a', 'b');

interface Drawn {
  readonly kinds: readonly string[] | undefined;
  readonly app: string | undefined;
  readonly locks: boolean;
  readonly priority: number;
  readonly own: boolean;
  readonly elsewhere: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  kinds,
  app,
  locks: fc.boolean(),
  priority: fc.integer({ min: -1, max: 1 }),
  own: fc.boolean(),
  elsewhere: fc.boolean(),
});

function documentOf({ kinds: set, app: label, locks, priority, own, elsewhere }: Drawn, index: number): PolicyDocument {
  const name = `p${index}`;
  const spec = set === undefined ? {} : { kinds: set };
  const selector = label === undefined ? {} : { workloadSelector: { matchLabels: { app: label } } };
  if (own) return shopPolicy(name, { ...selector, spec, namespace: elsewhere ? 'bank' : 'shop' });
  const namespaceSelector = { matchLabels: { tier: elsewhere ? 'bank' : 'shop' } };
  return clusterPolicy(name, { ...selector, namespaceSelector, priority, spec, ...(locks && { locked: ['kinds'] }) });
}

/** The same by words: of those that match, teams first unless it is locked, then by priority and name. */
function expectedKinds(documents: readonly PolicyDocument[], label: string) {
  const matching = documents.filter(({ namespace, namespaceSelector, workloadSelector }) => {
    const wanted = workloadSelector?.matchLabels?.app;
    const isHere = namespace === 'shop' || namespaceSelector?.matchLabels?.tier === 'shop';
    return isHere && (wanted === undefined || wanted === label);
  });
  const isLocked = matching.some(({ locked }) => locked?.includes('kinds'));
  const teams = matching.filter(({ kind }) => kind === 'RolloutPolicy').sort(byName);
  const platform = matching
    .filter(({ kind }) => kind === 'ClusterRolloutPolicy')
    .sort((a, b) => b.priority - a.priority || byName(a, b));
  const first = [...(isLocked ? [] : teams), ...platform].find(({ spec }) => spec.kinds !== undefined);
  return first === undefined
    ? { kinds: ['Deployment'], origin: 'built-in default' }
    : { kinds: first.spec.kinds, origin: originOf(first) };
}

const byName = (a: PolicyDocument, b: PolicyDocument) => (a.name < b.name ? -1 : 1);

const modes = fc.constantFrom(undefined, 'audit', 'off');
const subject = fc.record({ kind: fc.constantFrom(...kindNames), app: fc.constantFrom('a', 'b'), own: modes });
const modeOf = (mode: string | undefined) => (mode ?? 'enforce') as Mode;
const annotated = (mode: string | undefined) => (mode === undefined ? {} : { 'hitless.dev/mode': mode });

describe('the kinds of a policy', () => {
  it('come from the highest layer that sets them and lower the mode of the others, whoever asked before', () => {
    const given = fc.record({
      documents: fc.array(drawn, { maxLength: 6 }),
      asked: fc.array(subject, { minLength: 1, maxLength: 8 }),
      above: modes,
    });
    fc.assert(
      fc.property(given, ({ documents, asked, above }) => {
        const all = documents.map(documentOf);
        const policies = compilePolicies(all);
        const namespace: Namespace = { ...shop, labels: { tier: 'shop' }, annotations: annotated(above) };
        for (const { kind, app: label, own } of asked) {
          const workload = { kind, namespace, labels: { app: label }, annotations: annotated(own) };
          const { policy, mode, onlyReported } = selectPolicy(policies, workload);
          const expected = expectedKinds(all, label);
          expect([policy.kinds, policy.origins.kinds]).toEqual([expected.kinds, expected.origin]);
          const allowed = lowerMode(modeOf(above), modeOf(own));
          const isPatched = expected.kinds?.includes(kind);
          expect(mode).toBe(isPatched ? allowed : lowerMode(allowed, 'audit'));
          expect(onlyReported !== undefined).toBe(!isPatched && allowed === 'enforce');
          expect(selectPolicy(policies, { ...workload, annotations: { ...workload.annotations } })).toEqual(
            selectPolicy(compilePolicies(all), workload),
          );
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('cost no object where nothing new is asked', () => {
    const policies = compilePolicies([clusterPolicy('a', { spec: { kinds: ['StatefulSet'] } })]);
    const select = (kind: string) => selectPolicy(policies, { kind, namespace: shop, labels: {}, annotations: {} });
    for (const kind of kindNames) expect(select(kind)).toBe(select(kind));
    expect(select('Deployment')).not.toBe(select('DaemonSet'));
  });

  it.each<[string, readonly PolicyDocument[], string | undefined]>([
    [
      'DaemonSet',
      [],
      'DaemonSets are only reported: no policy names them in kinds, and the built-in default is Deployment',
    ],
    [
      'DaemonSet',
      [clusterPolicy('default', { spec: { kinds: ['Deployment', 'StatefulSet'] } })],
      'DaemonSets are only reported: kinds of ClusterRolloutPolicy default names Deployment and StatefulSet',
    ],
    [
      'Deployment',
      [shopPolicy('none', { spec: { kinds: [] } })],
      'Deployments are only reported: kinds of RolloutPolicy shop/none is empty',
    ],
    ['Deployment', [shopPolicy('sleepy', { spec: { preStopSleep: { seconds: 5 } } })], undefined],
  ])('say why a %s is only reported', (kind, documents, sentence) => {
    const selection = selectPolicy(compilePolicies(documents), { kind, namespace: shop, labels: {}, annotations: {} });
    expect(selection.onlyReported).toBe(sentence);
  });

  it('are named where a lock keeps a team from them', () => {
    const documents = [
      clusterPolicy('platform', { locked: ['kinds'] }),
      shopPolicy('team', { spec: { kinds: ['StatefulSet'] } }),
    ];
    const asked: PolicySubject = { kind: 'StatefulSet', namespace: shop, labels: {}, annotations: {} };
    const selection = selectPolicy(compilePolicies(documents), asked);
    expect(selection.mode).toBe('audit');
    expect(selection.mistakes).toEqual([
      'RolloutPolicy shop/team is ignored for kinds: ClusterRolloutPolicy platform locks it.',
    ]);
    const verdicts = policyVerdicts(compilePolicies(documents), asked);
    expect(verdicts.map(({ policy, overridden, locks, fields }) => ({ policy, overridden, locks, fields }))).toEqual([
      {
        policy: 'RolloutPolicy shop/team',
        overridden: [{ field: 'kinds', by: 'ClusterRolloutPolicy platform, which locks kinds' }],
        locks: [],
        fields: 1,
      },
      { policy: 'ClusterRolloutPolicy platform', overridden: [], locks: ['kinds'], fields: 0 },
    ]);
  });
});

describe('a policy that sets nothing but its kinds', () => {
  const namespace: Namespace = { ...shop, labels: { 'hitless.dev/mode': 'enforce' } };
  const workloads: readonly WorkloadMetadata[] = ['Deployment', 'StatefulSet'].map((kind) => ({
    kind,
    namespace: 'shop',
    labels: {},
    annotations: {},
  }));
  const effect = (...documents: PolicyDocument[]) => {
    const policies = compilePolicies(documents);
    const [first] = policyReach({ policies, namespaces: [namespace], modeFor: () => 'enforce' }, workloads);
    return first && effectOf(first);
  };

  it('has an effect', () => {
    const patched = effect(shopPolicy('a', { spec: { kinds: ['StatefulSet'] } }));
    expect(patched).toEqual({
      effective: true,
      reason: 'Enforced',
      message:
        'It applies to 1 Deployment and 1 StatefulSet. 1 of them is only reported, because its kind is not among the kinds that are patched.',
    });
    expect(effect(shopPolicy('a', { spec: { kinds: [] } }))).toMatchObject({ effective: true, reason: 'AuditOnly' });
  });

  it('is overridden by a higher one that sets them', () => {
    const [low, high] = [
      shopPolicy('b', { spec: { kinds: ['StatefulSet'] } }),
      shopPolicy('a', { spec: { kinds: ['Deployment'] } }),
    ];
    expect(effect(low, high)).toMatchObject({ effective: false, reason: 'Overridden' });
  });
});
