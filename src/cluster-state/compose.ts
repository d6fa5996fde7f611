// Objects composed into one ClusterState.

import { compilePolicies } from '../policy/policies.ts';
import type { Version } from '../workload/kubernetes.ts';
import type { NeighbourKind, Neighbours } from '../workload/neighbours.ts';
import type { Problem } from '../yaml/documents.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ClusterObject } from './readers.ts';

/** Knows nothing: every namespace has no labels, the built-in policy counts, and nodes count as new. */
export const emptyClusterState: ClusterState = composeClusterState([]);

/** Of two facts about the same object the later one counts. */
export function composeClusterState(objects: readonly ClusterObject[]): ClusterState {
  const current = [...new Map(objects.map((fact) => [fact.id, fact])).values()];
  const namespaces = new Map(ofKind(current, 'Namespace').map(({ value }) => [value.name, value]));
  const services = Map.groupBy(
    ofKind(current, 'Service').map(({ value }) => value),
    ({ namespace }) => namespace,
  );
  const neighbours = new Map<NeighbourKind, Map<string, object[]>>();
  for (const { of, value } of ofKind(current, 'Neighbour')) {
    const byNamespace = neighbours.get(of) ?? new Map<string, object[]>();
    const list = byNamespace.get(value.namespace) ?? [];
    list.push(value);
    neighbours.set(of, byNamespace.set(value.namespace, list));
  }
  return {
    namespace: (name) => namespaces.get(name),
    servicesIn: (namespace) => services.get(namespace) ?? none,
    objectsIn: <K extends NeighbourKind>(kind: K, namespace: string) =>
      (neighbours.get(kind)?.get(namespace) ?? none) as readonly Neighbours[K][],
    knows: (kind, namespace) =>
      kind === 'Service' ? services.has(namespace) : neighbours.get(kind)?.has(namespace) === true,
    policies: compilePolicies(ofKind(current, 'Policy').map(({ value }) => value)),
    oldestNode: oldest(ofKind(current, 'Node').map(({ value }) => value)),
  };
}

const none: readonly never[] = [];

/** A sentence for each fact that a later one about the same object replaces. */
export function duplicates(objects: readonly ClusterObject[]): Problem[] {
  const last = new Map(objects.map((fact) => [fact.id, fact]));
  return objects.flatMap(({ id, file, line }, index) => {
    const winner = last.get(id);
    if (winner === undefined || winner === objects[index]) return [];
    return [{ file, line, message: `${id} is defined again in ${winner.file}:${winner.line}, which takes precedence` }];
  });
}

/** How many facts count, by kind of document. */
export function documentsByKind(objects: readonly ClusterObject[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of new Set(objects.map((fact) => fact.id))) {
    const kind = id.slice(0, id.indexOf(' '));
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function ofKind<K extends ClusterObject['kind']>(
  objects: readonly ClusterObject[],
  kind: K,
): Extract<ClusterObject, { kind: K }>[] {
  return objects.filter((fact): fact is Extract<ClusterObject, { kind: K }> => fact.kind === kind);
}

/** undefined of none. */
export function oldest(versions: readonly Version[]): Version | undefined {
  return versions.toSorted((a, b) => a.major - b.major || a.minor - b.minor)[0];
}
