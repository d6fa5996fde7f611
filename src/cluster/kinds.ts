// What is watched, and the few fields of each object that are kept.

import type { PolicyDocument } from '../policy/policy.ts';
import { policyApiVersion } from '../policy/validate.ts';
import type { Namespace, Service, Version } from '../workload/deployment.ts';
import type { JsonObject } from '../workload/json.ts';
import { readersByKind } from '../world/documents.ts';
import type { Resource } from './reflector.ts';
import type { Read } from './shelf.ts';

/** What each kind is cut down to. */
export interface Kept {
  readonly Namespace: Namespace;
  readonly Service: Service;
  readonly ClusterRolloutPolicy: PolicyDocument;
  readonly RolloutPolicy: PolicyDocument;
  readonly Node: Version;
}
export type Kind = keyof Kept;

const policies = `/apis/${policyApiVersion}`;

/** Every kind needs the rights to list and watch it in the whole cluster, and Namespace also to get one. */
export const resources: Readonly<Record<Kind, Resource>> = {
  Namespace: { path: '/api/v1/namespaces', pageSize: 500 },
  Service: { path: '/api/v1/services', pageSize: 500 },
  ClusterRolloutPolicy: { path: `${policies}/clusterrolloutpolicies`, pageSize: 500 },
  RolloutPolicy: { path: `${policies}/rolloutpolicies`, pageSize: 500 },
  // A Node lists the images that it holds, and is ten times as long as the others.
  Node: { path: '/api/v1/nodes', pageSize: 50 },
};
export const kinds = Object.keys(resources) as readonly Kind[];

/** Of an object of that kind as the API server sends it, which leaves out apiVersion and kind in lists. */
export function read<K extends Kind>(kind: K, { metadata, spec, status }: JsonObject): Read<Kept[K]> {
  const mistakes: string[] = [];
  const wrong = (path: string, message: string) => void mistakes.push(`${path}: ${message}`);
  const own = kind === 'Node' ? { status } : { spec };
  const document = { apiVersion: policyApiVersion, kind, metadata, ...own };
  const fact = readersByKind[kind](document as JsonObject, wrong);
  if (fact === undefined) return { mistake: mistakes.join('; ') };
  return { value: fact.value as Kept[K] };
}
