// Facts put together to one World.

import { compilePolicies } from '../policy/policies.ts';
import type { Service, Version } from '../workload/kubernetes.ts';
import type { Problem } from '../yaml/documents.ts';
import type { World } from './cluster-state.ts';
import type { Fact } from './readers.ts';

/** Knows nothing: every namespace has no labels, the built-in policy counts, and nodes count as new. */
export const emptyWorld: World = composeWorld([]);

/** Of two facts about the same object the later one counts. */
export function composeWorld(facts: readonly Fact[]): World {
  const current = [...new Map(facts.map((fact) => [fact.id, fact])).values()];
  const namespaces = new Map(ofKind(current, 'Namespace').map(({ value }) => [value.name, value]));
  const services = Map.groupBy(
    ofKind(current, 'Service').map(({ value }) => value),
    ({ namespace }) => namespace,
  );
  return {
    namespace: (name) => namespaces.get(name),
    servicesIn: (namespace) => services.get(namespace) ?? none,
    policies: compilePolicies(ofKind(current, 'Policy').map(({ value }) => value)),
    oldestNode: oldest(ofKind(current, 'Node').map(({ value }) => value)),
  };
}

const none: readonly Service[] = [];

/** A sentence for each fact that a later one about the same object replaces. */
export function duplicates(facts: readonly Fact[]): Problem[] {
  const last = new Map(facts.map((fact) => [fact.id, fact]));
  return facts.flatMap(({ id, file, line }, index) => {
    const winner = last.get(id);
    if (winner === undefined || winner === facts[index]) return [];
    return [{ file, line, message: `${id} stands again in ${winner.file}:${winner.line}, which counts` }];
  });
}

/** How many facts count, by kind of document. */
export function countByKind(facts: readonly Fact[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of new Set(facts.map((fact) => fact.id))) {
    const kind = id.slice(0, id.indexOf(' '));
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function ofKind<K extends Fact['kind']>(facts: readonly Fact[], kind: K): Extract<Fact, { kind: K }>[] {
  return facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
}

/** undefined of none. */
export function oldest(versions: readonly Version[]): Version | undefined {
  return versions.toSorted((a, b) => a.major - b.major || a.minor - b.minor)[0];
}
