// What stands around a workload, as far as it is known: offline from the files given, live from the cluster.

import type {
  HorizontalPodAutoscaler,
  NeighbourKind,
  Neighbours,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  WorkloadRollout,
} from '../workload/neighbours.ts';

/** The kinds that send traffic to a Service. */
export type RouteKind = 'Ingress' | 'HTTPRoute' | 'TargetGroupBinding';

export interface Surroundings {
  /** True where an object of the kind that is not found does not exist. What was not given offline is unknown, not absent. */
  readonly knows: (kind: NeighbourKind | 'Service') => boolean;
  /** The objects of the workload's namespace; of a cluster-scoped kind, all. */
  readonly all: <K extends NeighbourKind>(kind: K) => readonly Neighbours[K][];
  /** Those of another namespace, such as the Gateway of a route. */
  readonly find: <K extends NeighbourKind>(kind: K, namespace: string, name: string) => Neighbours[K] | undefined;
  /** Those of the workload's namespace that send to the Service. */
  readonly routesTo: <K extends RouteKind>(kind: K, service: string) => readonly Neighbours[K][];
  /** The autoscaler of the workload. */
  readonly autoscaler: () => HorizontalPodAutoscaler | undefined;
  readonly claim: (name: string) => PersistentVolumeClaim | undefined;
  /** The Argo Rollout that takes its pods from the workload. */
  readonly rollout: () => WorkloadRollout | undefined;
  /** Those that select the pods. */
  readonly budgets: () => readonly PodDisruptionBudget[];
}

/** Nothing is known. */
export const noSurroundings: Surroundings = {
  knows: () => false,
  all: () => [],
  find: () => undefined,
  routesTo: () => [],
  autoscaler: () => undefined,
  claim: () => undefined,
  rollout: () => undefined,
  budgets: () => [],
};
