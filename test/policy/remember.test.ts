// Looking a policy up again: the same object, the right answer, and no more memory than allowed.

import { describe, expect, it } from 'vitest';
import { compilePolicies } from '../../src/policy/policies.ts';
import { selectPolicy } from '../../src/policy/select.ts';
import { clusterPolicy, fieldOf, shop } from '../support/policy.ts';

const sleeping = (seconds: number) => ({ spec: { preStopSleep: { seconds } } });
const sleepPath = 'preStopSleep.seconds';

describe('looking it up again', () => {
  const documents = [
    clusterPolicy('a', { workloadSelector: { matchLabels: { app: 'web' } }, ...sleeping(4) }),
    clusterPolicy('b', { namespaceSelector: { matchLabels: { tier: 'front' } }, ...sleeping(5) }),
  ];

  it('gives the same object for the same namespace and the same layers', () => {
    const policies = compilePolicies(documents);
    const look = (labels: Record<string, string>) =>
      selectPolicy(policies, { kind: 'Deployment', namespace: shop, labels, annotations: {} });
    expect(look({ app: 'web', other: '1' })).toBe(look({ other: '2', app: 'web' }));
    expect(look({ app: 'api' })).toBe(look({}));
    expect(look({ app: 'api' })).not.toBe(look({ app: 'web' }));
    const annotations = { 'hitless.dev/injected': '{}', other: 'x' };
    expect(selectPolicy(policies, { kind: 'Deployment', namespace: shop, labels: {}, annotations })).toBe(look({}));
  });

  it('gives the same object in a namespace of which nothing is known, made anew for every request', () => {
    const policies = compilePolicies(documents);
    const look = (name: string) =>
      selectPolicy(policies, {
        kind: 'Deployment',
        namespace: { name, labels: {}, annotations: {} },
        labels: {},
        annotations: {},
      });
    expect(look('shop')).toBe(look('shop'));
  });

  it('believes the label that has the name of a namespace', () => {
    const documents = [
      clusterPolicy('a', {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'bank' } },
        ...sleeping(4),
      }),
    ];
    const policies = compilePolicies(documents);
    const look = (name: string) => {
      const namespace = { ...shop, labels: { 'kubernetes.io/metadata.name': name } };
      return fieldOf(
        selectPolicy(policies, { kind: 'Deployment', namespace, labels: {}, annotations: {} }),
        sleepPath,
      )[0];
    };
    expect([look('shop'), look('bank'), look('shop')]).toEqual([10, 4, 10]);
  });

  it('sees a namespace that has changed', () => {
    const policies = compilePolicies(documents);
    const look = (tier: string) =>
      selectPolicy(policies, {
        kind: 'Deployment',
        namespace: { ...shop, labels: { tier } },
        labels: {},
        annotations: {},
      });
    expect(['front', 'back', 'front'].map((tier) => fieldOf(look(tier), sleepPath)[0])).toEqual([5, 10, 5]);
  });

  it('does not let annotations of one Deployment reach another', () => {
    const policies = compilePolicies(documents);
    const look = (annotations: Record<string, string>) =>
      selectPolicy(policies, { kind: 'Deployment', namespace: shop, labels: {}, annotations });
    const before = structuredClone(look({}));
    look({
      'hitless.dev/pre-stop-sleep-seconds': '77',
      'hitless.dev/mode': 'off',
      'hitless.dev/readiness-probe': 'off',
    });
    look({ 'hitless.dev/termination-grace-period-seconds': '2' });
    expect(look({})).toEqual(before);
  });
});

describe('what is remembered', () => {
  it('stays bounded for any number of namespaces and combinations of labels', () => {
    const documents = Array.from({ length: 12 }, (_, i) =>
      clusterPolicy(`p${i}`, { workloadSelector: { matchLabels: { [`l${i}`]: 'x' } }, ...sleeping(4 + i) }),
    );
    const policies = compilePolicies(documents);
    for (let i = 0; i < 4_096; i += 1) {
      const labels = Object.fromEntries(documents.flatMap((_, bit) => ((i >> bit) & 1 ? [[`l${bit}`, 'x']] : [])));
      selectPolicy(policies, { kind: 'Deployment', namespace: shop, labels, annotations: {} });
      selectPolicy(policies, { kind: 'Deployment', namespace: { ...shop, name: `n${i}` }, labels, annotations: {} });
    }
    const { merged, unknown, resolved } = policies.index;
    expect(unknown.size()).toBeLessThanOrEqual(4_000_000);
    expect(merged.size()).toBeLessThanOrEqual(4_000_000);
    expect(merged.size()).toBeGreaterThan(3_900_000);
    expect(resolved.size()).toBeLessThanOrEqual(16_000_000);
    expect(resolved.size()).toBeGreaterThan(15_900_000);
  });

  it('stays bounded in characters when the names of namespaces are long', () => {
    const policies = compilePolicies([]);
    const look = (name: string) =>
      selectPolicy(policies, {
        kind: 'Deployment',
        namespace: { name, labels: {}, annotations: {} },
        labels: {},
        annotations: {},
      });
    for (let i = 0; i < 200; i += 1) look(`${i}`.padStart(100_000, 'n'));
    expect(policies.index.unknown.size()).toBeLessThanOrEqual(4_000_000);
    const before = policies.index.unknown.size();
    look('n'.repeat(2_500_000));
    expect(policies.index.unknown.size()).toBe(before);
  });

  it('gives the right answer after it was forgotten', () => {
    const documents = [0, 1].map((i) =>
      clusterPolicy(`p${i}`, {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': `n${i}` } },
        ...sleeping(4 + i),
      }),
    );
    const policies = compilePolicies(documents);
    const look = (i: number) =>
      selectPolicy(policies, {
        kind: 'Deployment',
        namespace: { ...shop, name: `n${i}` },
        labels: {},
        annotations: {},
      });
    for (let i = 0; i < 2_500; i += 1) look(i);
    expect([0, 1, 2].map((i) => fieldOf(look(i), sleepPath)[0])).toEqual([4, 5, 10]);
  });
});
