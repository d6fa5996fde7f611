// What the world says about one workload: its namespace, its policy, its Services; and the plan that follows from them.

import { type Selection, selectPolicy } from '../policy/select.ts';
import { type Plan, plan } from '../rules/plan.ts';
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

/** What somebody wrote, and how to tell it from defaults. */
export interface Authored {
  readonly author: Deployment;
  readonly written: (path: string) => boolean;
}

export function planFor({ author, written }: Authored, world: World, { namespace, selection }: Context): Plan {
  return plan({
    author,
    written,
    policy: selection.policy.spec,
    services: servicesOf(world, namespace.name, author),
    namespace,
    oldestNode: world.oldestNode,
  });
}

export interface Context {
  readonly namespace: Namespace;
  readonly selection: Selection;
}

/** The Services of the namespace that select these pods. */
function servicesOf(world: World, namespace: string, { spec }: Deployment): readonly Service[] {
  const labels = spec.template.metadata?.labels ?? {};
  return world
    .servicesIn(namespace)
    .filter(({ selector }) => Object.keys(selector).length > 0 && hasAll(selector, labels));
}
