// Layers: which documents count for a workload, and which one wins.

import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../src/policy/policy.ts';
import type { LabelSelector } from '../../src/workload/kubernetes.ts';
import { clusterPolicy, fieldOf, selected, shopPolicy } from '../support/policy.ts';

const sleeping = (seconds: number) => ({ spec: { preStopSleep: { seconds } } });
const sleepPath = 'preStopSleep.seconds';

function permutations<T>(list: readonly T[]): T[][] {
  return list.length < 2
    ? [[...list]]
    : list.flatMap((one) => permutations(list.filter((o) => o !== one)).map((rest) => [one, ...rest]));
}

describe('without a document', () => {
  it('the built-in policy counts, field by field', () => {
    const { policy, mode, mistakes } = selected({});
    expect(policy.spec).toEqual({
      readinessProbe: {
        action: 'fill',
        handler: 'auto',
        initialDelaySeconds: 0,
        periodSeconds: 1,
        timeoutSeconds: 1,
        successThreshold: 1,
        failureThreshold: 3,
      },
      preStopSleep: { action: 'fill', seconds: 10, minimumSeconds: 3, mechanism: 'auto', when: 'traffic' },
      terminationGracePeriod: { action: 'fill', drainSeconds: 20, maximumSeconds: 3600 },
      rollingUpdate: { action: 'fill', maxUnavailable: 0, maxSurge: '25%' },
      minReadySeconds: { action: 'off', seconds: 10 },
    });
    expect(new Set(Object.values(policy.origins))).toEqual(new Set(['built-in default']));
    expect([mode, mistakes]).toEqual(['enforce', []]);
  });
});

describe('the highest layer wins', () => {
  const layers: readonly (readonly [given: readonly PolicyDocument[], origin: string])[] = [
    [[clusterPolicy('a', sleeping(4))], 'ClusterRolloutPolicy a'],
    [[clusterPolicy('a', sleeping(4)), clusterPolicy('b', sleeping(5))], 'ClusterRolloutPolicy a'],
    [[clusterPolicy('a', sleeping(4)), clusterPolicy('b', { priority: 1, ...sleeping(5) })], 'ClusterRolloutPolicy b'],
    [[clusterPolicy('a', { priority: -1, ...sleeping(4) }), clusterPolicy('b', sleeping(5))], 'ClusterRolloutPolicy b'],
    [[clusterPolicy('a', { priority: 9, ...sleeping(4) }), shopPolicy('z', sleeping(5))], 'RolloutPolicy shop/z'],
    [
      [shopPolicy('y', sleeping(4)), shopPolicy('z', sleeping(5)), shopPolicy('x', sleeping(6))],
      'RolloutPolicy shop/x',
    ],
    [[shopPolicy('B', sleeping(4)), shopPolicy('a', sleeping(5))], 'RolloutPolicy shop/B'],
  ];
  it.each(layers)('in case %#, in whatever order the documents come', (documents, origin) => {
    for (const order of permutations(documents))
      expect(fieldOf(selected({ documents: order }), sleepPath)[1]).toBe(origin);
  });

  it('and of two documents with one name the later one', () => {
    expect(
      fieldOf(selected({ documents: [shopPolicy('a', sleeping(4)), shopPolicy('a', sleeping(5))] }), sleepPath)[0],
    ).toBe(5);
  });

  it('field by field: each keeps the layer that set it', () => {
    const documents = [
      clusterPolicy('base', {
        spec: { preStopSleep: { seconds: 4, mechanism: 'exec' }, minReadySeconds: { seconds: 3 } },
      }),
      shopPolicy('web', { spec: { preStopSleep: { seconds: 7 } } }),
    ];
    const selection = selected({ documents, annotations: { 'hitless.dev/min-ready-seconds': '8' } });
    expect(fieldOf(selection, sleepPath)).toEqual([7, 'RolloutPolicy shop/web']);
    expect(fieldOf(selection, 'preStopSleep.mechanism')).toEqual(['exec', 'ClusterRolloutPolicy base']);
    expect(fieldOf(selection, 'preStopSleep.minimumSeconds')).toEqual([3, 'built-in default']);
    expect(fieldOf(selection, 'minReadySeconds.seconds')).toEqual([
      8,
      'Deployment annotation hitless.dev/min-ready-seconds',
    ]);
  });
});

describe('a document counts', () => {
  const counts = (document: PolicyDocument, given: Parameters<typeof selected>[0]) =>
    fieldOf(selected({ ...given, documents: [document] }), sleepPath)[0] === 4;

  it('in its own namespace only, when it is a RolloutPolicy', () => {
    expect(counts(shopPolicy('a', sleeping(4)), {})).toBe(true);
    expect(counts(shopPolicy('a', sleeping(4)), { namespace: { name: 'bank' } })).toBe(false);
  });

  const selectors: readonly (readonly [LabelSelector, Readonly<Record<string, string>>, boolean])[] = [
    [{}, {}, true],
    [{ matchLabels: {} }, { app: 'web' }, true],
    [{ matchLabels: { app: 'web' } }, { app: 'web', more: 'x' }, true],
    [{ matchLabels: { app: 'web' } }, { app: 'api' }, false],
    [{ matchLabels: { app: 'web' } }, {}, false],
    [{ matchLabels: { app: 'web', tier: 'front' } }, { app: 'web' }, false],
    [{ matchLabels: { tier: 'front', app: 'web' } }, { app: 'web', tier: 'front' }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'api'] }] }, { app: 'api' }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, {}, true],
    [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, {}, false],
    [
      { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'track', operator: 'DoesNotExist' }] },
      { app: 'web', track: 'x' },
      false,
    ],
  ];
  it.each(selectors)('for a workload by %j with labels %j: %s', (workloadSelector, labels, expected) => {
    expect(counts(clusterPolicy('a', { workloadSelector, ...sleeping(4) }), { labels })).toBe(expected);
    expect(counts(shopPolicy('a', { workloadSelector, ...sleeping(4) }), { labels })).toBe(expected);
  });
  it.each(selectors)('in a namespace by %j with labels %j: %s', (namespaceSelector, labels, expected) => {
    expect(counts(clusterPolicy('a', { namespaceSelector, ...sleeping(4) }), { namespace: { labels } })).toBe(expected);
  });

  it('by the name of a namespace of which nothing else is known', () => {
    const byName = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
    expect(counts(clusterPolicy('a', { ...byName('shop'), ...sleeping(4) }), {})).toBe(true);
    expect(counts(clusterPolicy('a', { ...byName('bank'), ...sleeping(4) }), {})).toBe(false);
  });

  it('not by an inherited property', () => {
    const prototypes = ['constructor', '__proto__', 'toString'];
    for (const key of prototypes) {
      const exists = { matchExpressions: [{ key, operator: 'Exists' }] };
      expect(counts(clusterPolicy('a', { workloadSelector: exists, ...sleeping(4) }), {})).toBe(false);
      expect(counts(clusterPolicy('a', { namespaceSelector: exists, ...sleeping(4) }), {})).toBe(false);
    }
  });
});

describe('keys that JavaScript objects inherit', () => {
  const texts = JSON.parse(
    '{"__proto__": "a", "constructor": "b", "hitless.dev/__proto__": "c", "hitless.dev/toString": "d"}',
  );

  it('are names like others in labels and annotations', () => {
    const { mistakes, policy } = selected({
      labels: texts,
      annotations: texts,
      namespace: { labels: texts, annotations: texts },
    });
    expect(mistakes).toHaveLength(8);
    expect(policy).toEqual(selected({}).policy);
    expect(({} as Record<string, unknown>).c).toBeUndefined();
  });

  it('select by their own value', () => {
    const workloadSelector = JSON.parse('{"matchLabels": {"constructor": "b"}}');
    const documents = [clusterPolicy('a', { workloadSelector, ...sleeping(4) })];
    expect(fieldOf(selected({ documents, labels: texts }), sleepPath)[0]).toBe(4);
    expect(fieldOf(selected({ documents }), sleepPath)[0]).toBe(10);
  });
});
