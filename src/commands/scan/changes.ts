// When that which decides about workloads last changed, as far as the objects tell that a scan reads anyway.

import { createHash } from 'node:crypto';
import { isNeighbour } from '../../cluster/cache/kinds.ts';
import type { OnObject } from '../../cluster/snapshot.ts';
import type { ClusterState } from '../../cluster-state/cluster-state.ts';
import { changedAt, specChangedAt, type TimedMetadata } from '../../workload/change-times.ts';
import { objectAt } from '../../workload/json.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';

/** Moments are in milliseconds since 1970; Infinity: not known. */
export interface Changes {
  readonly note: OnObject;
  /** Of the Namespace and of every policy that may select something in it. */
  readonly decidersChanged: (namespace: string) => number;
  /** Of the policies: another one where one was added, changed or removed. */
  readonly policiesMark: (namespace: string) => string;
  /** Of the Services and whatever else stands around the workloads of a namespace. */
  readonly surroundingsChanged: (namespace: string) => number;
  /** The state without what changed around the workloads after that moment. */
  readonly stateBefore: (state: ClusterState, moment: number) => ClusterState;
}

interface Metadata extends TimedMetadata {
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

export function createChanges(): Changes {
  const namespaces = new Map<string, number>();
  const policies = new Map<string, { changed: number; readonly marks: string[] }>();
  const surroundings = new Map<string, { latest: number; readonly changed: Map<string, number> }>();
  const policiesOf = (namespace: string) =>
    [policies.get(''), policies.get(namespace)].filter((one) => one !== undefined);
  return {
    note: (kind, object) => {
      const metadata = objectAt(object, 'metadata') as unknown as Metadata;
      const { namespace = '', name, uid, generation } = metadata;
      if (kind === 'Namespace') namespaces.set(name, changedAt(metadata) ?? Infinity);
      if (kind === 'ClusterRolloutPolicy' || kind === 'RolloutPolicy') {
        const known = policies.get(namespace) ?? { changed: 0, marks: [] };
        known.changed = Math.max(known.changed, specChangedAt(metadata) ?? Infinity);
        known.marks.push(`${uid} ${generation}`);
        policies.set(namespace, known);
      }
      if ((kind !== 'Service' && !isNeighbour(kind)) || namespace === '') return;
      const around = surroundings.get(namespace) ?? { latest: 0, changed: new Map<string, number>() };
      const changed = changedAt(metadata) ?? Infinity;
      around.latest = Math.max(around.latest, changed);
      around.changed.set(`${kind} ${name}`, changed);
      surroundings.set(namespace, around);
    },
    decidersChanged: (namespace) =>
      Math.max(namespaces.get(namespace) ?? Infinity, ...policiesOf(namespace).map(({ changed }) => changed)),
    policiesMark: (namespace) =>
      policiesOf(namespace)
        .flatMap(({ marks }) => marks)
        .toSorted()
        .join(),
    surroundingsChanged: (namespace) => surroundings.get(namespace)?.latest ?? 0,
    stateBefore: (state, moment) => {
      const isOld = (kind: string) => (one: NamespacedName) =>
        (surroundings.get(one.namespace)?.changed.get(`${kind} ${one.name}`) ?? 0) <= moment;
      return {
        ...state,
        servicesIn: (namespace) => state.servicesIn(namespace).filter(isOld('Service')),
        objectsIn: (kind, namespace) => state.objectsIn(kind, namespace).filter(isOld(kind)),
      };
    },
  };
}

/** Short, and another one for other parts. */
export function markOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 12);
}
