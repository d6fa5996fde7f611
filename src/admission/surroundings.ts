// What stands around one workload, read from the cluster state when a rule asks for it.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import { neighbourKinds } from '../cluster-state/neighbour-readers.ts';
import { withAnyKey, withKey } from '../cluster-state/object-index.ts';
import type { RouteKind, Surroundings } from '../rules/surroundings.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { HorizontalPodAutoscaler, NeighbourKind, Neighbours, WorkloadRollout } from '../workload/neighbours.ts';
import { matches } from '../workload/selector.ts';
import type { Workload } from '../workload/workload.ts';

/** `namespace`: of the workload. */
export function surroundingsOf(
  state: ClusterState,
  namespace: string,
  { kind, object }: { readonly kind: WorkloadKind; readonly object: Workload },
): Surroundings {
  const placeOf = (of: NeighbourKind | 'Service') =>
    of !== 'Service' && neighbourKinds[of].clusterScoped === true ? '' : namespace;
  const self = `${kind.kind} ${object.metadata.name ?? ''}`;
  const all: Surroundings['all'] = (of) => state.objectsIn(of, placeOf(of));
  const find: Surroundings['find'] = (of, where, name) => withKey(state.objectsIn(of, where), nameOf, name)[0];
  return {
    knows: (of) => state.knows(of, placeOf(of)),
    all,
    find,
    routesTo: (of, service) => withAnyKey(all(of), backendsOf, service),
    autoscaler: once(() => {
      const found = withKey(all('HorizontalPodAutoscaler'), targetOf, self);
      return found.find(({ target: { group } }) => group === kind.group);
    }),
    rollout: once(() => {
      const found = withKey(all('Rollout'), sourceOf, self);
      return found.find(({ workload: { group } }) => group === kind.group);
    }),
    claim: (name) => find('PersistentVolumeClaim', namespace, name),
    budgets: () => {
      const labels = kind.templateOf(object).metadata?.labels ?? {};
      // The API server refuses none of these; a tenant may have thousands of them.
      const some = all('PodDisruptionBudget').slice(0, mostBudgets);
      return some.filter(({ selector }) => selector !== undefined && matches(selector, labels));
    },
  };
}

/** Most rules ask, and within one decision the answer is the same. */
function once<T>(find: () => T | undefined): () => T | undefined {
  let found: T | undefined;
  let isFound = false;
  return () => {
    if (!isFound) found = find();
    isFound = true;
    return found;
  };
}

const mostBudgets = 1_000;

function backendsOf(route: Neighbours[RouteKind]): readonly string[] {
  return 'services' in route ? route.services : [route.service];
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function targetOf({ target: { kind, name } }: HorizontalPodAutoscaler): string {
  return `${kind} ${name}`;
}

function sourceOf({ workload: { kind, name } }: WorkloadRollout): string {
  return `${kind} ${name}`;
}
