// An object as messages name it.

import { count } from '../text/count.ts';
import { workloadKinds } from '../workload/kinds/kinds.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';

/** The object that a finding is about. */
export interface ObjectReference extends NamespacedName {
  readonly kind: string;
  /** The folder of the kustomization that it was rendered from. */
  readonly rendered?: string;
}

export function objectTitle({ kind, namespace, name, rendered }: ObjectReference): string {
  return `${kind} ${namespace}/${name}${rendered === undefined ? '' : `, rendered from ${rendered}`}`;
}

/** Below its namespace, as short as can be. */
export function nameInNamespace({ kind, name }: ObjectReference): string {
  return kind === workloadKinds()[0]?.kind ? name : `${kind} ${name}`;
}

/** As short as can be: of the usual kind only the name. */
export function shortTitle({ kind, namespace, name, rendered }: ObjectReference): string {
  const prefix = kind === workloadKinds()[0]?.kind ? '' : `${kind} `;
  return `${prefix}${namespace}/${name}${rendered === undefined ? '' : ` (${rendered})`}`;
}

const list = new Intl.ListFormat('en-GB');

/** `2 Deployments`; several kinds each with their number. */
export function countByKind(objects: readonly Pick<ObjectReference, 'kind'>[]): string {
  if (objects.length === 0) return count(0, 'workload');
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  return list.format(Array.from(byKind, ([kind, own]) => count(own.length, kind)));
}
