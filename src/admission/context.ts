// What the world says about one workload: its namespace, its policy, its Services.

import { type Selection, selectPolicy } from '../policy/select.ts';
import type { Deployment, Namespace, Service } from '../workload/deployment.ts';
import { hasAll } from '../workload/selector.ts';
import type { World } from '../world/world.ts';

export function namespaceOf(world: World, name: string): Namespace {
  return world.namespace(name) ?? { name, labels: { 'kubernetes.io/metadata.name': name }, annotations: {} };
}

export function policyOf(world: World, namespace: Namespace, { metadata }: Deployment): Selection {
  return selectPolicy(world.policies, {
    namespace,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
  });
}

/** The Services of the namespace that select these pods. */
export function servicesOf(world: World, namespace: string, { spec }: Deployment): readonly Service[] {
  const labels = spec.template.metadata?.labels ?? {};
  return world
    .servicesIn(namespace)
    .filter(({ selector }) => Object.keys(selector).length > 0 && hasAll(selector, labels));
}
