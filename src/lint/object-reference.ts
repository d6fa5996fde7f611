// An object as messages name it.

import { count } from '../text/count.ts';
import { workloadKinds } from '../workload/kinds/kinds.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';

/** The object that a finding is about. */
export interface ObjectReference extends NamespacedName {
  readonly kind: string;
  /** The folder of the kustomization that it was rendered from. */
  readonly rendered?: string;
  /** The context of its cluster, where there are several. */
  readonly cluster?: string;
}

export function objectTitle({ kind, namespace, name, rendered, cluster }: ObjectReference): string {
  const where = rendered === undefined ? '' : `, rendered from ${rendered}`;
  return `${kind} ${namespace}/${name}${where}${cluster === undefined ? '' : ` in ${cluster}`}`;
}

/** Its namespace, below the cluster where there are several. */
export function homeOf({
  cluster,
  namespace,
}: {
  readonly cluster?: string | undefined;
  readonly namespace: string;
}): string {
  return cluster === undefined ? namespace : `${cluster}/${namespace}`;
}

/** Below its namespace, as short as can be. */
export function nameInNamespace({ kind, name }: ObjectReference): string {
  return kind === workloadKinds()[0]?.kind ? name : `${kind} ${name}`;
}

/** As short as can be: of the usual kind only the name. */
export function shortTitle({ kind, name, rendered, ...home }: ObjectReference): string {
  const prefix = kind === workloadKinds()[0]?.kind ? '' : `${kind} `;
  return `${prefix}${homeOf(home)}/${name}${rendered === undefined ? '' : ` (${rendered})`}`;
}

const list = new Intl.ListFormat('en-GB');

/** `2 Deployments`; several kinds each with their number. */
export function countByKind(objects: readonly Pick<ObjectReference, 'kind'>[]): string {
  const kinds = new Map<string, number>();
  for (const { kind } of objects) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return countsByKind(kinds);
}

/** The same from the number of each kind. */
export function countsByKind(kinds: ReadonlyMap<string, number>): string {
  if (kinds.size === 0) return count(0, 'workload');
  return list.format(Array.from(kinds, ([kind, amount]) => count(amount, kind)));
}
