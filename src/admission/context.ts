// What the cluster state says about one workload: its namespace, its policy, its Services; and the plan that follows from them.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import type { Selection } from '../policy/policies.ts';
import { selectPolicy } from '../policy/select.ts';
import { type Plan, plan } from '../rules/plan.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { Namespace, Service } from '../workload/kubernetes.ts';
import type { Workload } from '../workload/workload.ts';

export function namespaceOf(state: ClusterState, name: string): Namespace {
  return state.namespace(name) ?? { name, labels: { 'kubernetes.io/metadata.name': name }, annotations: {} };
}

export function policyOf(state: ClusterState, namespace: Namespace, { kind, object }: Judged): Selection {
  return selectPolicy(state.policies, {
    kind: kind.kind,
    namespace,
    labels: object.metadata.labels ?? {},
    annotations: object.metadata.annotations ?? {},
  });
}

/** An object and its kind. */
interface Judged {
  readonly kind: WorkloadKind;
  readonly object: Workload;
}

/** What the author wrote, and how to tell it from defaults. */
export interface Authored {
  readonly kind: WorkloadKind;
  readonly author: Workload;
  readonly written: (path: string) => boolean;
}

export function planFor(
  { kind, author, written }: Authored,
  state: ClusterState,
  { namespace, selection, services }: Context,
): Plan {
  return plan({
    kind,
    author,
    written,
    policy: selection.policy.spec,
    services,
    namespace,
    oldestNode: state.oldestNode,
  });
}

export interface Context {
  readonly namespace: Namespace;
  readonly selection: Selection;
  /** The Services that select the pods. */
  readonly services: readonly Service[];
}
