// Where the API server has the objects of a kind.

import type { WorkloadKind } from '../../workload/kinds/kind.ts';

type Api = Pick<WorkloadKind, 'group' | 'version' | 'resource'>;

interface Ref {
  readonly kind: Api;
  readonly namespace: string;
  readonly name: string;
}

/** All of them, or those of a namespace. */
export function collectionOf({ group, version, resource }: Api, namespace?: string): string {
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${api}${namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`}/${resource}`;
}

export function pathOf({ kind, namespace, name }: Ref): string {
  return `${collectionOf(kind, namespace)}/${encodeURIComponent(name)}`;
}
