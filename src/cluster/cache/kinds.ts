// The kinds that are watched, and the few fields of each object that are kept.

import { readersByKind } from '../../cluster-state/readers.ts';
import { policyApiVersion } from '../../names.ts';
import type { PolicyDocument } from '../../policy/policy.ts';
import type { JsonObject } from '../../workload/json.ts';
import type { Namespace, Service, ServicePort, Version } from '../../workload/kubernetes.ts';
import { type ApiResource, apiResources, collectionOf } from '../client/resources.ts';
import type { Bounds } from './bounded-objects.ts';
import type { Resource } from './reflector.ts';
import type { ReadResult } from './store.ts';
import { copied, weightOf } from './weight.ts';

/** The fields that are kept of each kind. */
export interface Cached {
  readonly Namespace: Namespace;
  readonly Service: Service;
  readonly ClusterRolloutPolicy: PolicyDocument;
  readonly RolloutPolicy: PolicyDocument;
  readonly Node: Version;
}
export type CachedKind = keyof Cached;

const lists: Readonly<Record<CachedKind, { readonly kind: ApiResource; readonly pageSize: number }>> = {
  Namespace: { kind: apiResources.namespaces, pageSize: 500 },
  Service: { kind: apiResources.services, pageSize: 500 },
  ClusterRolloutPolicy: { kind: apiResources.clusterRolloutPolicies, pageSize: 500 },
  RolloutPolicy: { kind: apiResources.rolloutPolicies, pageSize: 500 },
  // A Node lists the images that it holds, and is ten times as long as the others.
  Node: { kind: apiResources.nodes, pageSize: 50 },
};
export const kinds = Object.keys(lists) as readonly CachedKind[];

/** Every kind needs permission to list and watch it in the whole cluster, and Namespace also to get one. */
export const resources = Object.fromEntries(kinds.map((kind) => [kind, resourceIn(kind)])) as Readonly<
  Record<CachedKind, Resource>
>;

/** The same of one namespace. */
export function resourceIn(kind: CachedKind, namespace?: string): Resource {
  return { path: collectionOf(lists[kind].kind, namespace), pageSize: lists[kind].pageSize };
}

const [kibi, mebi] = [1024, 1024 * 1024];
const unbounded: Bounds = { objects: Infinity, weight: Infinity, totalWeight: Infinity };

/**
 * What a tenant may fill. 20,000 ordinary Services weigh 14 MiB, 1,000 ordinary policies less than 1 MiB. `heap`: the most bytes that
 * objects of the process may have, a limit that follows the limit of the container.
 */
export function boundsOf(heap: number): Readonly<Record<CachedKind, Bounds>> {
  return {
    Namespace: unbounded,
    Service: { objects: Infinity, weight: 16 * mebi, totalWeight: heap / 4 },
    ClusterRolloutPolicy: unbounded,
    RolloutPolicy: { objects: 1_000, weight: mebi, totalWeight: heap / 8 },
    Node: unbounded,
  };
}

/** Heavier objects are not used. A policy that passes validation is lighter; a Service of this weight has some 1,500 ports. */
const heaviest: Readonly<Record<CachedKind, number>> = {
  Namespace: 64 * kibi,
  Service: 256 * kibi,
  ClusterRolloutPolicy: 4 * mebi,
  RolloutPolicy: 512 * kibi,
  Node: 64 * kibi,
};

/** Per object. More of them in one log line would not be read. */
const mostMistakes = 5;

/** Of an object of that kind as the API server sends it, which leaves out apiVersion and kind in lists. */
export function readCached<K extends CachedKind>(
  kind: K,
  { metadata, spec, status }: JsonObject,
): ReadResult<Cached[K]> {
  const [most, isPolicy] = [heaviest[kind], kind === 'RolloutPolicy' || kind === 'ClusterRolloutPolicy'];
  // Validation of what is too large would take long as well.
  if (isPolicy && weightOf(spec, most) > most) return tooLarge(most);
  const mistakes: string[] = [];
  let more = 0;
  const wrong = (path: string, message: string) => {
    if (mistakes.length < mostMistakes) mistakes.push(`${path}: ${message}`);
    else more += 1;
  };
  const own = kind === 'Node' ? { status } : { spec };
  const document = { apiVersion: policyApiVersion, kind, metadata, ...own };
  const fact = readersByKind[kind](document as JsonObject, wrong);
  if (fact === undefined) return { mistake: `${mistakes.join('; ')}${more === 0 ? '' : `; and ${more} more`}` };
  const value = trimmed(fact.kind, fact.value) as Cached[K];
  const weight = weightOf(value, most);
  return weight > most ? tooLarge(most) : { value, weight };
}

function tooLarge(most: number) {
  return {
    mistake: `too large: the fields that are read may take at most ${most / kibi} KiB of memory`,
    tooLarge: true,
  };
}

function trimmed(kind: string, value: unknown): unknown {
  if (kind === 'Service') return { ...(value as Service), ports: distinct((value as Service).ports) };
  if (kind !== 'Namespace') return value;
  const { annotations, ...namespace } = value as Namespace;
  return { ...namespace, annotations: shortened(annotations) };
}

/** Ports that differ in what is read only; a few are not worth a look. */
function distinct(ports: readonly ServicePort[]): readonly ServicePort[] {
  if (ports.length <= 16) return ports;
  const keyOf = ({ targetPort, protocol, appProtocol = '' }: ServicePort) => `${targetPort} ${protocol} ${appProtocol}`;
  return [...new Map(ports.toReversed().map((port) => [keyOf(port), port])).values()].toReversed();
}

const longestAnnotation = 1024;

/** Other programs keep whole documents in annotations. None that is read here is that long. */
function shortened(annotations: Namespace['annotations']): Namespace['annotations'] {
  if (Object.values(annotations).every((text) => text.length <= longestAnnotation)) return annotations;
  return Object.fromEntries(
    Object.entries(annotations).map(([key, text]) => [
      key,
      text.length <= longestAnnotation ? text : copied(text.slice(0, longestAnnotation)),
    ]),
  );
}
