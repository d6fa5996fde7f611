// What a change in a namespace costs, against the number of objects that are there already: in proportion at most.

import { expect, test } from 'vitest';
import { boundsOf } from '../../../src/cluster/cache/kinds.ts';
import { createLiveState } from '../../../src/cluster/cache/live-state.ts';
import { withKey } from '../../../src/cluster-state/object-index.ts';
import { compilePolicies } from '../../../src/policy/policies.ts';
import { selectPolicy } from '../../../src/policy/select.ts';
import { readPolicy } from '../../../src/policy/validation/validate.ts';
import type { HorizontalPodAutoscaler } from '../../../src/workload/neighbours.ts';
import { processorMs } from '../../support/processor-time.ts';

const named = (index: number) => `n${String(index).padStart(6, '0')}`;
const metadata = (index: number) => ({ name: named(index), namespace: 'shop' });
const service = (index: number, port = 80) => ({
  metadata: metadata(index),
  spec: { selector: { app: named(index) }, ports: [{ port }] },
});
const policy = (index: number, seconds = 5) => ({
  apiVersion: 'hitless.dev/v1alpha1',
  kind: 'RolloutPolicy',
  metadata: metadata(index),
  spec: { workloadSelector: { matchLabels: { app: 'web' } }, preStopSleep: { seconds } },
});
const autoscaler = (index: number) => ({
  metadata: metadata(index),
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: named(index) }, maxReplicas: 3 },
});
const shop = { name: 'shop', labels: {}, annotations: {} };
const unbounded = { objects: Infinity, weight: Infinity, totalWeight: Infinity };
const bounds = {
  ...boundsOf(2 ** 30),
  Service: unbounded,
  RolloutPolicy: unbounded,
  HorizontalPodAutoscaler: unbounded,
};
const live = () => createLiveState(() => undefined, bounds);

/** How much longer `run` takes for 16,000 than 16 times for 1,000. What grows with the square takes 16 times as long. */
function ratio(run: (count: number) => void): number {
  run(1_000);
  let [few, many] = [0, 0];
  for (let round = 0; round < 3; round += 1) {
    for (let time = 0; time < 16; time += 1) few += processorMs(() => run(1_000));
    many += processorMs(() => run(16_000));
  }
  return many / few;
}

const proportional = 6;

test('the Services of a namespace that come one by one', () => {
  const fill = (count: number) => {
    const { sinks, state } = live();
    for (let index = 0; index < count; index += 1) sinks.Service.put(service(index));
    expect(state.servicesIn('shop')).toHaveLength(count);
  };
  expect(ratio(fill)).toBeLessThan(proportional);
});

test('the autoscalers of a namespace that come one by one, and decisions that look for one each', () => {
  const targetOf = ({ target }: HorizontalPodAutoscaler) => `${target.kind} ${target.name}`;
  const fill = (count: number) => {
    const { sinks, state } = live();
    for (let index = 0; index < count; index += 1) sinks.HorizontalPodAutoscaler.put(autoscaler(index));
    const all = () => state.objectsIn('HorizontalPodAutoscaler', 'shop');
    expect(all()).toHaveLength(count);
    for (let index = 0; index < count; index += 1)
      expect(withKey(all(), targetOf, `Deployment ${named(index)}`)).toHaveLength(1);
  };
  expect(ratio(fill)).toBeLessThan(proportional);
});

test('the policies of a namespace that come one by one', () => {
  const fill = (count: number) => {
    const { sinks, state } = live();
    for (let index = 0; index < count; index += 1) sinks.RolloutPolicy.put(policy(index));
    expect(
      selectPolicy(state.policies, { kind: 'Deployment', namespace: shop, labels: { app: 'web' }, annotations: {} })
        .mode,
    ).toBe('enforce');
  };
  expect(ratio(fill)).toBeLessThan(proportional);
});

test('policies with one label, made ready from documents', () => {
  const documents = Array.from({ length: 16_000 }, (_, index) => {
    const { document } = readPolicy(policy(index));
    if (document === undefined) throw new Error('it is valid');
    return document;
  });
  const compile = (count: number) => {
    const policies = compilePolicies(documents.slice(0, count));
    selectPolicy(policies, { kind: 'Deployment', namespace: shop, labels: { app: 'web' }, annotations: {} });
  };
  expect(ratio(compile)).toBeLessThan(proportional);
});

test('a policy that changes makes nothing anew in other namespaces, nor of the others in its own', () => {
  const { sinks, state } = live();
  const other = { ...shop, name: 'other' };
  for (let index = 0; index < 3; index += 1) sinks.RolloutPolicy.put(policy(index));
  const look = (namespace: typeof shop) =>
    selectPolicy(state.policies, { kind: 'Deployment', namespace, labels: { app: 'web' }, annotations: {} });
  const [before, elsewhere, policies] = [look(shop), look(other), state.policies];
  sinks.RolloutPolicy.put(policy(0, 77));
  expect(look(shop).policy.spec.preStopSleep.seconds).toBe(77);
  expect(look(shop)).not.toBe(before);
  expect(look(other)).toBe(elsewhere);
  expect(state.policies).toBe(policies);
});

test('a Service that changes and one that does not: the list is another one only for the first', () => {
  const { sinks, state } = live();
  for (let index = 0; index < 3; index += 1) sinks.Service.put(service(index));
  const list = state.servicesIn('shop');
  sinks.Service.put(service(1));
  expect(state.servicesIn('shop')).toBe(list);
  sinks.Service.put(service(1, 81));
  expect(state.servicesIn('shop')).not.toBe(list);
  expect(list[1]?.ports[0]?.port).toBe(80);
});
