// `node bench/policies.ts [POLICIES]`: what the policy of a workload costs with many policies: the first decision in a namespace, the next
// one there, and the first after a ClusterRolloutPolicy has changed. In microseconds, and the memory that 20,000 namespaces keep.

import { boundsOf } from '../src/cluster/cache/kinds.ts';
import { createLiveState } from '../src/cluster/cache/live-state.ts';
import { selectPolicy } from '../src/policy/select.ts';
import type { JsonObject } from '../src/workload/json.ts';
import { clusterPolicyCalled, namespaceCalled } from './objects.ts';

const count = Number(process.argv[2] ?? 5000);
const namespaces = 20_000;
const two = (index: number) => String(index % 100).padStart(2, '0');
const nameOf = (index: number) => `tenant-${String(index).padStart(5, '0')}`;

const shapes: Readonly<Record<string, (index: number) => object>> = {
  'each for one team of a hundred': (index) => ({ namespaceSelector: { matchLabels: { team: `team-${two(index)}` } } }),
  'each for one application, everywhere': (index) => ({ workloadSelector: { matchLabels: { app: `app-${index}` } } }),
  'each for one application of a team': (index) => ({
    namespaceSelector: { matchLabels: { team: `team-${two(index)}` } },
    workloadSelector: { matchLabels: { app: `app-${index}` } },
  }),
};

function usedMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

function measure(what: string, shape: (index: number) => object): void {
  const { state, sinks, flush } = createLiveState(() => undefined, boundsOf(2 ** 30));
  for (let index = 0; index < namespaces; index += 1)
    sinks.Namespace.put(namespaceCalled(nameOf(index)).body as unknown as JsonObject);
  const policy = (index: number, seconds: number) =>
    clusterPolicyCalled(`policy-${index}`, { priority: index % 7, ...shape(index), preStopSleep: { seconds } })
      .body as JsonObject;
  for (let index = 0; index < count; index += 1) sinks.ClusterRolloutPolicy.put(policy(index, 5));
  flush();
  const decide = (from: number) => {
    const began = performance.now();
    for (let index = from; index < namespaces; index += 1) {
      const namespace = state.namespace(nameOf(index));
      if (namespace === undefined) throw new Error('it is there');
      selectPolicy(state.policies, {
        kind: 'Deployment',
        namespace,
        labels: { app: `app-${index % 10}` },
        annotations: {},
      });
    }
    return (((performance.now() - began) * 1000) / (namespaces - from)).toFixed(0);
  };
  const before = usedMiB();
  const [first, next] = [decide(0), decide(0)];
  const kept = usedMiB() - before;
  sinks.ClusterRolloutPolicy.put(policy(0, 6));
  const began = performance.now();
  flush();
  const compileMs = performance.now() - began;
  console.log(
    `${count} policies, ${what}: first ${first} µs, next ${next} µs, first after a change ${decide(0)} µs (and ${compileMs.toFixed(1)} ms once); ${kept.toFixed(0)} MiB`,
  );
}

for (const [what, shape] of Object.entries(shapes)) measure(what, shape);
