// What is kept of an object, in as little memory as it can be: nothing that is not read, and what many objects have alike only once.

import type { Namespace, Service, ServicePort, Version } from '../../workload/kubernetes.ts';
import type { HorizontalPodAutoscaler, PersistentVolumeClaim } from '../../workload/neighbours.ts';
import type { Cached, CachedKind } from './kinds.ts';
import { createSharing, interned, type Shared } from './sharing.ts';
import { copied } from './weight.ts';

export interface Compact<T> {
  readonly value: T;
  /** The part of it that equal objects have in common. */
  readonly shared?: Shared;
}

/** The value without what nobody reads of it; what its weight is counted of. */
export function trimmed<K extends CachedKind>(kind: K, value: Cached[K]): Cached[K] {
  const trim = trims[kind] as ((value: Cached[K]) => Cached[K]) | undefined;
  return trim === undefined ? value : trim(value);
}

export function compact<K extends CachedKind>(kind: K, value: Cached[K]): Compact<Cached[K]> {
  const shrink = compacts[kind] as ((value: Cached[K]) => Compact<Cached[K]>) | undefined;
  return shrink === undefined ? { value } : shrink(value);
}

type PerKind<R extends { readonly [K in CachedKind]: unknown }> = {
  readonly [K in CachedKind]?: (value: Cached[K]) => R[K];
};

const trims: PerKind<Cached> = {
  Namespace: ({ name, labels, annotations }) => ({ name, labels, annotations: readAnnotations(annotations) }),
  Service: (service) => ({ ...service, ports: distinct(service.ports) }),
};

const [ports, modes, versions] = [createSharing(), createSharing(), createSharing()];

const compacts: PerKind<{ readonly [K in CachedKind]: Compact<Cached[K]> }> = {
  Namespace: ({ name, labels, annotations }: Namespace) => ({
    value: { name: interned(name), labels: withInterned(labels), annotations },
  }),
  Service: ({ name, namespace, selector, ports: own, ...others }: Service) => {
    const shared = ports.share(own);
    const place = { name: interned(name), namespace: interned(namespace) };
    return { value: { ...place, selector: withInterned(selector), ports: shared.value, ...others }, shared };
  },
  Node: (version: Version) => {
    const shared = versions.share(version);
    return { value: shared.value, shared };
  },
  HorizontalPodAutoscaler: ({ name, namespace, target, minReplicas, maxReplicas }: HorizontalPodAutoscaler) => {
    const { group, kind } = target;
    const interning = { group: interned(group), kind: interned(kind), name: interned(target.name) };
    const place = { name: interned(name), namespace: interned(namespace) };
    return { value: { ...place, target: interning, minReplicas, maxReplicas } };
  },
  PersistentVolumeClaim: ({ name, namespace, accessModes }: PersistentVolumeClaim) => {
    const shared = modes.share(accessModes);
    return { value: { name: interned(name), namespace: interned(namespace), accessModes: shared.value }, shared };
  },
};

type Texts = Readonly<Record<string, string>>;

const empty: Texts = Object.freeze({});

function withInterned(texts: Texts): Texts {
  const entries = Object.entries(texts);
  return entries.length === 0 ? empty : Object.fromEntries(entries.map(([key, text]) => [key, interned(text)]));
}

/** Ports that differ in what is read only; a few are not worth a look. */
function distinct(all: readonly ServicePort[]): readonly ServicePort[] {
  if (all.length <= 16) return all;
  const keyOf = ({ targetPort, protocol, appProtocol = '' }: ServicePort) => `${targetPort} ${protocol} ${appProtocol}`;
  return [...new Map(all.toReversed().map((port) => [keyOf(port), port])).values()].toReversed();
}

/** Hitless's own, also misspelt, and those of Linkerd, the one mesh that reads them of a namespace. Other programs keep whole documents there. */
const annotationsRead = /itless|linkerd\.io\//;
const longestAnnotation = 1024;

function readAnnotations(annotations: Texts): Texts {
  const entries = Object.entries(annotations).filter(([key]) => annotationsRead.test(key));
  if (entries.length === 0) return empty;
  return Object.fromEntries(
    entries.map(([key, text]) => [
      key,
      // None that is read here is that long.
      text.length <= longestAnnotation ? text : copied(text.slice(0, longestAnnotation)),
    ]),
  );
}
