// The state of the cluster around a Deployment that a decision may read. Filled from a folder (folder.ts) or a cluster (../cluster).

import type { Policies } from '../policy/policies.ts';
import type { Namespace, Service, Version } from '../workload/kubernetes.ts';
import type { NeighbourKind, Neighbours } from '../workload/neighbours.ts';

/**
 * Only its source mutates it. A source returns either a new snapshot per change or a live view: a decision awaits nothing, so to each
 * decision it is one consistent view. An object that changed is another object, and a list another list.
 */
export interface ClusterState {
  readonly namespace: (name: string) => Namespace | undefined;
  readonly servicesIn: (namespace: string) => readonly Service[];
  /** The objects of a kind in a namespace; of a cluster-scoped kind, those of namespace ''. */
  readonly objectsIn: <K extends NeighbourKind>(kind: K, namespace: string) => readonly Neighbours[K][];
  /** True where an object of the kind that is not listed does not exist. Files without any object of a kind say nothing about it. */
  readonly knows: (kind: NeighbourKind | 'Service', namespace: string) => boolean;
  readonly policies: Policies;
  /** The oldest kubelet; undefined when nothing is known, which counts as new. */
  readonly oldestNode: Version | undefined;
}

/** Where a cluster state comes from. */
export interface ClusterStateSource {
  readonly current: () => ClusterState;
  /** Something to wait for, briefly, before a decision about this namespace, for the caller at this address; never rejects. Usually nothing. */
  readonly prepare: (namespace: string, caller?: string) => Promise<void> | undefined;
  /** What is not known yet and must be before the first decision, one phrase each. */
  readonly unready: () => readonly string[];
  readonly stop: () => void;
}

/** A source that never makes a decision wait. */
export function readySource({ current, stop }: Pick<ClusterStateSource, 'current' | 'stop'>): ClusterStateSource {
  return { current, stop, prepare: () => undefined, unready: () => [] };
}
