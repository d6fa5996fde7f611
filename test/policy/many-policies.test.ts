// Thousands of policies and of namespaces: what namespaces have in common is there once, and no answer depends on who asked before.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicies } from '../../src/policy/policies.ts';
import type { PolicyDocument } from '../../src/policy/policy.ts';
import { countReach, policyReach } from '../../src/policy/reach.ts';
import { selectableLabels, selectWithDocuments } from '../../src/policy/select.ts';
import { indexSelectors } from '../../src/policy/selector-index.ts';
import type { Namespace } from '../../src/workload/kubernetes.ts';
import { matches } from '../../src/workload/selector.ts';
import { clusterPolicy } from '../support/policy.ts';

const key = fc.constantFrom('app', 'tier', '__proto__', 'kubernetes.io/metadata.name');
const value = fc.constantFrom('a', 'b', 'n0', 'n1');
const texts = fc.array(fc.tuple(key, value), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs));
const expression = fc.record({
  key,
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.array(value, { maxLength: 2 }),
});
const selector = fc.option(
  fc.record({ matchLabels: texts, matchExpressions: fc.array(expression, { maxLength: 2 }) }, { requiredKeys: [] }),
  { nil: undefined },
);

test('an index finds what a look at every selector finds, in their order', () => {
  fc.assert(
    fc.property(fc.array(selector, { maxLength: 12 }), texts, (selectors, labels) => {
      const { always, selectedBy } = indexSelectors(selectors);
      const found = [...always, ...selectedBy(labels)];
      const wanted = selectors.flatMap((one, index) => (matches(one, labels) ? [index] : []));
      expect(found.toSorted((a, b) => a - b)).toEqual(wanted);
      expect(selectedBy(labels)).toEqual([...selectedBy(labels)].sort((a, b) => a - b));
    }),
  );
});

const document = (kind: PolicyDocument['kind']) =>
  fc
    .record({
      name: fc.constantFrom('p', 'q', 'r', 's', 't'),
      priority: fc.nat(2),
      seconds: fc.integer({ min: 4, max: 60 }),
    })
    .chain(({ name, priority, seconds }) =>
      fc.record({ workloadSelector: selector, where: selector, namespace: fc.constantFrom('n0', 'n1', 'n2') }).map(
        ({ workloadSelector, where, namespace }): PolicyDocument => ({
          kind,
          name: kind === 'RolloutPolicy' ? `own-${name}` : name,
          priority: kind === 'RolloutPolicy' ? 0 : priority,
          spec: { preStopSleep: { seconds } },
          ...(workloadSelector && { workloadSelector }),
          ...(kind === 'RolloutPolicy' ? { namespace } : where && { namespaceSelector: where }),
        }),
      ),
    );
const idOf = ({ kind, namespace = '', name }: PolicyDocument) => `${kind} ${namespace}/${name}`;
const documents = fc
  .tuple(
    fc.array(document('ClusterRolloutPolicy'), { maxLength: 6 }),
    fc.array(document('RolloutPolicy'), { maxLength: 6 }),
  )
  .map(([cluster, own]) => [...new Map([...cluster, ...own].map((one) => [idOf(one), one])).values()]);
const namespaces = fc
  .array(fc.record({ labels: texts, mode: fc.constantFrom('enforce', 'audit', 'never'), off: fc.boolean() }), {
    maxLength: 5,
  })
  .map((all) =>
    all.map(
      ({ labels, mode, off }, index): Namespace => ({
        name: `n${index}`,
        labels: { mode, ...labels },
        annotations: off ? { 'hitless.dev/pre-stop-sleep-seconds': '3' } : {},
      }),
    ),
  );
const modeFor = ({ labels }: Namespace) => labels.mode as 'enforce' | 'audit' | 'never';

/** By a look at every document; highest last. */
function applying(
  all: readonly PolicyDocument[],
  namespace: Namespace,
  labels: Namespace['labels'],
): readonly string[] {
  const inNamespace = all.filter((one) =>
    one.kind === 'RolloutPolicy'
      ? one.namespace === namespace.name
      : matches(one.namespaceSelector, selectableLabels(namespace)),
  );
  const heights = (one: PolicyDocument) => [one.kind === 'RolloutPolicy' ? 1 : 0, one.priority] as const;
  return inNamespace
    .filter(({ workloadSelector }) => matches(workloadSelector, labels))
    .sort((a, b) => heights(a)[0] - heights(b)[0] || heights(a)[1] - heights(b)[1] || (a.name < b.name ? 1 : -1))
    .map(idOf);
}

describe('the policies of a workload', () => {
  test('are those that a look at every document finds, whichever namespaces were asked for before', () => {
    fc.assert(
      fc.property(documents, namespaces, fc.array(texts, { maxLength: 4 }), (all, places, workloads) => {
        const policies = compilePolicies(all);
        for (const namespace of [...places, ...places]) {
          for (const labels of workloads) {
            const subject = { kind: 'Deployment', namespace, labels, annotations: {} };
            const { documents: found, selection } = selectWithDocuments(policies, subject);
            expect(found.map(idOf)).toEqual(applying(all, namespace, labels));
            const alone = selectWithDocuments(compilePolicies(all), { ...subject, namespace: { ...namespace } });
            expect(selection).toEqual(alone.selection);
          }
        }
      }),
    );
  });

  test('are one list, and one selection, of all namespaces that have nothing of their own', () => {
    const policies = compilePolicies([
      ...Array.from({ length: 500 }, (_, index) =>
        clusterPolicy(`p${index}`, { workloadSelector: { matchLabels: { app: `app-${index}` } } }),
      ),
      clusterPolicy('front', { namespaceSelector: { matchLabels: { tier: 'front' } } }),
    ]);
    const namespace = (index: number) => ({
      name: `n${index}`,
      labels: { tier: index % 2 ? 'front' : 'back' },
      annotations: {},
    });
    const all = Array.from({ length: 2_000 }, (_, index) => namespace(index));
    const found = all.map((one) =>
      selectWithDocuments(policies, { kind: 'Deployment', namespace: one, labels: { app: 'app-7' }, annotations: {} }),
    );
    expect(new Set(found).size).toBe(2);
    const groups = all.flatMap((one) => policies.index.cluster.inNamespace(selectableLabels(one)));
    expect(new Set(groups).size).toBe(2);
    expect(policies.index.views.size()).toBeLessThanOrEqual(16_000_000);
  });
});

describe('the reach of policies', () => {
  test('is what a look at every namespace of every policy counts', () => {
    fc.assert(
      fc.property(documents, namespaces, (all, places) => {
        const reaches = policyReach({ policies: compilePolicies(all), namespaces: places, modeFor }, []);
        for (const { document: one, namespaces: count, optedIn, firstOptedIn } of reaches) {
          const selected = places.filter((namespace) =>
            one.kind === 'RolloutPolicy'
              ? one.namespace === namespace.name
              : matches(one.namespaceSelector, selectableLabels(namespace)),
          );
          const opted = selected.filter((namespace) => modeFor(namespace) !== 'never').map(({ name }) => name);
          expect([count, optedIn, firstOptedIn]).toEqual([selected.length, opted.length, opted[0]]);
        }
        expect(reaches.map(({ document: one }) => one)).toEqual(all);
      }),
    );
  });

  test('asks about each namespace once, however many policies there are', () => {
    const all = Array.from({ length: 1_000 }, (_, index) =>
      clusterPolicy(`p${index}`, index % 2 ? { namespaceSelector: { matchLabels: { team: `t${index}` } } } : {}),
    );
    let asked = 0;
    const reach = countReach({
      policies: compilePolicies(all),
      modeFor: () => {
        asked += 1;
        return 'enforce';
      },
    });
    // A namespace tells what is read of it.
    let read = 0;
    const get = (labels: Namespace['labels'], name: string) => {
      read += 1;
      return labels[name];
    };
    for (let index = 0; index < 200; index += 1) {
      const labels = new Proxy<Namespace['labels']>({ team: `t${index}` }, { get: get as never });
      reach.addNamespace({ name: `n${index}`, labels, annotations: {} });
    }
    expect(asked).toBe(200);
    expect(read).toBeLessThan(200 * 10);
    expect(reach.result().filter(({ namespaces: count }) => count === 200)).toHaveLength(500);
    expect(reach.result().filter(({ namespaces: count }) => count === 1)).toHaveLength(100);
  });
});
