// The kinds that are read from a cluster: where the API server has them, whether they may be missing, and how much of each may be held.

import { neighbourKinds } from '../../cluster-state/neighbour-readers.ts';
import type { PolicyDocument } from '../../policy/policy.ts';
import type { Namespace, Service, Version } from '../../workload/kubernetes.ts';
import type { NeighbourKind, Neighbours } from '../../workload/neighbours.ts';
import { type ApiResource, apiResources, collectionOf } from '../client/resources.ts';
import type { Bounds } from './bounded-objects.ts';
import type { Resource } from './reflector.ts';

/** The fields that are kept of each kind. */
export interface Cached extends Neighbours {
  readonly Namespace: Namespace;
  readonly Service: Service;
  readonly ClusterRolloutPolicy: PolicyDocument;
  readonly RolloutPolicy: PolicyDocument;
  readonly Node: Version;
}
export type CachedKind = keyof Cached;
/** Without these there is no decision. */
export type RequiredKind = Exclude<CachedKind, NeighbourKind>;
/** Where one of these is not watched, what it would tell is unknown. */
export type OptionalKind = Exclude<NeighbourKind, 'PodDisruptionBudget'>;
export type WatchedKind = RequiredKind | OptionalKind;

interface Row {
  readonly at: ApiResource;
  /** The most objects on a page; absent: 500. */
  readonly pageSize?: number;
  /** Which of them; absent: all. */
  readonly query?: Readonly<Record<string, string>>;
  /** Whoever looks at one namespace needs those of this namespace only. */
  readonly perNamespace?: true;
  /** A process that starts is not ready before its first list: ever, for some seconds at most, or it does not matter. */
  readonly awaited: 'always' | 'briefly' | 'never';
  /** Heavier objects are not used, in bytes of memory. */
  readonly heaviest: number;
  /** What tenants may fill; absent: only administrators create them. */
  readonly share?: Share;
}

interface Share {
  /** Of one namespace. */
  readonly objects?: number;
  readonly weight: number;
  /** Of all namespaces together, as a part of the heap. */
  readonly ofHeap: number;
}

const [kibi, mebi] = [1024, 1024 * 1024];
const builtIn = { perNamespace: true, awaited: 'briefly' } as const;
// Most clusters do not have them.
const fromDefinition = { perNamespace: true, awaited: 'never' } as const;
// 20,000 autoscalers weigh 8 MiB, and as many claims 6 MiB. All shares together leave a third of the heap.
const large: Share = { weight: 8 * mebi, ofHeap: 1 / 24 };
const small: Share = { weight: 4 * mebi, ofHeap: 1 / 64 };

// A policy that passes validation is lighter than its limit; a Service of that weight has some 1,500 ports. 20,000 ordinary Services
// weigh 14 MiB, 1,000 ordinary policies less than 1 MiB.
const rows: Readonly<Record<CachedKind, Row>> = {
  Namespace: { at: apiResources.namespaces, awaited: 'always', heaviest: 64 * kibi },
  Service: {
    at: apiResources.services,
    perNamespace: true,
    awaited: 'always',
    heaviest: 256 * kibi,
    share: { weight: 16 * mebi, ofHeap: 1 / 4 },
  },
  ClusterRolloutPolicy: { at: apiResources.clusterRolloutPolicies, awaited: 'always', heaviest: 4 * mebi },
  RolloutPolicy: {
    at: apiResources.rolloutPolicies,
    perNamespace: true,
    awaited: 'always',
    heaviest: 512 * kibi,
    share: { objects: 1_000, weight: mebi, ofHeap: 1 / 8 },
  },
  // A Node lists the images that it holds, and is ten times as long as the others.
  Node: { at: apiResources.nodes, pageSize: 50, awaited: 'always', heaviest: 64 * kibi },
  HorizontalPodAutoscaler: { at: apiResources.horizontalPodAutoscalers, ...builtIn, heaviest: 16 * kibi, share: large },
  PersistentVolumeClaim: { at: apiResources.persistentVolumeClaims, ...builtIn, heaviest: 16 * kibi, share: large },
  ResourceQuota: { at: apiResources.resourceQuotas, ...builtIn, heaviest: 64 * kibi, share: large },
  LimitRange: { at: apiResources.limitRanges, ...builtIn, heaviest: 64 * kibi, share: large },
  PodDisruptionBudget: { at: apiResources.podDisruptionBudgets, ...builtIn, heaviest: 64 * kibi, share: large },
  Ingress: { at: apiResources.ingresses, ...builtIn, heaviest: 64 * kibi, share: large },
  IngressClass: { at: apiResources.ingressClasses, awaited: 'briefly', heaviest: 16 * kibi },
  HTTPRoute: { at: apiResources.httpRoutes, ...fromDefinition, heaviest: 64 * kibi, share: large },
  // Routes of other namespaces lead to it.
  Gateway: { at: apiResources.gateways, awaited: 'never', heaviest: 16 * kibi, share: small },
  TargetGroupBinding: { at: apiResources.targetGroupBindings, ...fromDefinition, heaviest: 16 * kibi, share: small },
  Rollout: { at: apiResources.rollouts, ...fromDefinition, heaviest: 16 * kibi, share: small },
  // One of them is read; all of a cluster can be 50 megabytes long.
  CustomResourceDefinition: {
    at: apiResources.customResourceDefinitions,
    query: { fieldSelector: 'metadata.name=rollouts.argoproj.io' },
    awaited: 'briefly',
    heaviest: 16 * kibi,
  },
};

export const kinds = Object.keys(rows) as readonly CachedKind[];
export const watchedKinds: readonly WatchedKind[] = kinds.filter((kind) => kind !== 'PodDisruptionBudget');

export function awaited(kind: CachedKind): Row['awaited'] {
  return rows[kind].awaited;
}

export function isNeighbour(kind: CachedKind): kind is NeighbourKind {
  return Object.hasOwn(neighbourKinds, kind);
}

/** True where one namespace needs only its own objects. */
export function isPerNamespace(kind: CachedKind): boolean {
  return rows[kind].perNamespace === true;
}

export function heaviestOf(kind: CachedKind): number {
  return rows[kind].heaviest;
}

/** Of the whole cluster. Every kind needs permission to list and watch it there, and Namespace also to get one. */
export const resources = Object.fromEntries(watchedKinds.map((kind) => [kind, resourceIn(kind)])) as Readonly<
  Record<WatchedKind, Resource>
>;

/** Those that count for one namespace, or all. */
export function resourceIn(kind: CachedKind, namespace?: string): Resource {
  const { at, pageSize = 500, perNamespace, query } = rows[kind];
  return { path: collectionOf(at, perNamespace ? namespace : undefined), pageSize, ...(query && { query }) };
}

/** `heap`: the most bytes that objects of the process may have, a limit that follows the limit of the container. */
export function boundsOf(heap: number): Readonly<Record<CachedKind, Bounds>> {
  const entries = kinds.map((kind) => [kind, boundsIn(heap, rows[kind].share)]);
  return Object.fromEntries(entries);
}

function boundsIn(heap: number, share: Share | undefined): Bounds {
  if (share === undefined) return { objects: Infinity, weight: Infinity, totalWeight: Infinity };
  const { objects = Infinity, weight, ofHeap } = share;
  return { objects, weight, totalWeight: heap * ofHeap };
}
