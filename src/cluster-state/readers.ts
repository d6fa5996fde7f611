// Documents as the objects of a cluster state: the kinds that count, and what must be valid in each.

import type { PolicyDocument } from '../policy/policy.ts';
import { sentence } from '../policy/validation/field-error.ts';
import { readPolicy } from '../policy/validation/validate.ts';
import { isObject, type Json, type JsonObject, own } from '../workload/json.ts';
import { apiGroupOf, type Namespace, type Service, type ServicePort, type Version } from '../workload/kubernetes.ts';
import type { NeighbourKind, Neighbours } from '../workload/neighbours.ts';
import { doubledKeySentence, type Problem, type SourceDocument } from '../yaml/documents.ts';
import { at, loadBalancerAnnotations, metadataOf, type OnFieldError, stringAt, stringsAt } from './document.ts';
import { neighbourKinds } from './neighbour-readers.ts';

interface Identified {
  /** `Service shop/web`, the same for two documents about the same object. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** One document that counts. */
export type ClusterObject = Identified &
  (
    | { readonly kind: 'Namespace'; readonly value: Namespace }
    | { readonly kind: 'Service'; readonly value: Service }
    | { readonly kind: 'Policy'; readonly value: PolicyDocument }
    | { readonly kind: 'Node'; readonly value: Version }
    | { readonly kind: 'Neighbour'; readonly of: NeighbourKind; readonly value: Neighbours[NeighbourKind] }
  );

export interface ReadObjects {
  readonly objects: readonly ClusterObject[];
  readonly problems: readonly Problem[];
}

/** Documents of other kinds are left out without a word. */
export function readObjects(documents: readonly SourceDocument[]): ReadObjects {
  const objects: ClusterObject[] = [];
  const problems: Problem[] = [];
  for (const document of documents) {
    const read = readerFor(document.value);
    if (read === undefined) continue;
    const { file, value, position, doubled } = document;
    if (doubled.length > 0 && isPolicyDocument(value)) {
      problems.push(...doubled.map((key) => ({ file, ...key.second, message: doubledKeySentence(key) })));
      continue;
    }
    const wrong = (path: string, message: string) =>
      problems.push({ file, ...position(path), message: `${path}: ${message}` });
    const fact = read(value as JsonObject, wrong);
    if (fact !== undefined) objects.push({ ...fact, file, line: position('').line });
  }
  return { objects, problems };
}

type Distributed<T> = T extends unknown ? Omit<T, 'file' | 'line'> : never;
type Reader = (document: JsonObject, wrong: OnFieldError) => Distributed<ClusterObject> | undefined;

/** Readers by kind of document; they return undefined when something is wrong with it. */
export const readersByKind = {
  Namespace: (document, wrong) => {
    const meta = metadataOf(document, wrong);
    if (meta === undefined) return undefined;
    const { name, labels, annotations } = meta;
    return { kind: 'Namespace', id: `Namespace ${name}`, value: { name, labels, annotations } };
  },
  Service: (document, wrong) => {
    const meta = metadataOf(document, wrong);
    const spec = isObject(document.spec) ? document.spec : {};
    const selector = stringsAt(spec.selector, 'spec.selector', wrong);
    const ports = portsOf(spec.ports, wrong);
    if (meta === undefined || selector === undefined || ports === undefined) return undefined;
    const { name, namespace } = meta;
    const value = {
      ...{ name, namespace, ports },
      selector: spec.type === 'ExternalName' ? {} : selector,
      ...(spec.clusterIP === 'None' && { headless: true as const }),
      ...(spec.publishNotReadyAddresses === true && { publishNotReadyAddresses: true as const }),
      ...nodeLocal(spec),
      ...loadBalancing(document, meta.annotations),
    };
    return { kind: 'Service', id: `Service ${namespace}/${name}`, value };
  },
  RolloutPolicy: readPolicyFact,
  ClusterRolloutPolicy: readPolicyFact,
  Node: (document, wrong) => {
    const meta = metadataOf(document, wrong);
    const path = 'status.nodeInfo.kubeletVersion';
    const version = versionOf(at(document, 'status', 'nodeInfo', 'kubeletVersion'));
    if (version === undefined) wrong(path, 'must be a version such as v1.34.1');
    return meta && version && { kind: 'Node', id: `Node ${meta.name}`, value: version };
  },
} satisfies Readonly<Record<string, Reader>>;

function nodeLocal(spec: JsonObject): Pick<Service, 'nodeLocal'> {
  const field = (['internalTrafficPolicy', 'externalTrafficPolicy'] as const).find((one) => spec[one] === 'Local');
  return field === undefined ? {} : { nodeLocal: field };
}

/** A reader for documents of a kind around a workload. */
export function neighbourReader<K extends NeighbourKind>(of: K): Reader {
  const { clusterScoped, read } = neighbourKinds[of];
  return (document, wrong) => {
    const meta = metadataOf(document, wrong);
    const value = meta && read(document, clusterScoped === undefined ? meta : { ...meta, namespace: '' });
    if (value === undefined) return undefined;
    const { namespace, name } = value;
    return { kind: 'Neighbour', of, id: `${of} ${namespace === '' ? '' : `${namespace}/`}${name}`, value };
  };
}

/** By API group and kind; a policy by its kind alone, so that a wrong version of it is reported. */
const readers = new Map<string, Reader>([
  ...(['Namespace', 'Service', 'Node'] as const).map((kind) => [`/${kind}`, readersByKind[kind]] as const),
  ...(Object.keys(neighbourKinds) as NeighbourKind[]).map(
    (kind) => [`${neighbourKinds[kind].group}/${kind}`, neighbourReader(kind)] as const,
  ),
]);

/** Its reader reports every mistake. */
function isPolicyDocument(value: Json): value is JsonObject {
  return isObject(value) && (value.kind === 'RolloutPolicy' || value.kind === 'ClusterRolloutPolicy');
}

function readerFor(value: Json): Reader | undefined {
  if (!isObject(value)) return undefined;
  const [kind, apiVersion] = [own(value, 'kind'), own(value, 'apiVersion')];
  if (isPolicyDocument(value)) return readPolicyFact;
  return readers.get(`${apiGroupOf(apiVersion)}/${kind}`);
}

function readPolicyFact(document: JsonObject, wrong: OnFieldError): Distributed<ClusterObject> | undefined {
  const { document: policy, mistakes } = readPolicy(document);
  for (const mistake of mistakes) wrong(mistake.path, sentence(mistake).replace(/^[^:]*: /, ''));
  if (policy === undefined) return undefined;
  const { kind, name, namespace } = policy;
  return { kind: 'Policy', id: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`, value: policy };
}

function loadBalancing(document: JsonObject, all: Readonly<Record<string, string>>) {
  const annotations = loadBalancerAnnotations(all);
  const className = stringAt(document, 'spec', 'loadBalancerClass');
  const isLoadBalancer = stringAt(document, 'spec', 'type') === 'LoadBalancer';
  return {
    ...(isLoadBalancer && { loadBalancer: className === undefined ? {} : { class: className } }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function portsOf(value: Json | undefined, wrong: OnFieldError): ServicePort[] | undefined {
  const ports = (Array.isArray(value) ? value : []).map(portOf);
  const good = ports.filter((port) => port !== undefined);
  if (good.length === ports.length && (value === undefined || value === null || Array.isArray(value))) return good;
  wrong('spec.ports', 'must be a list of ports, each with a number as its port');
  return undefined;
}

function portOf(value: Json): ServicePort | undefined {
  if (!isObject(value) || typeof value.port !== 'number') return undefined;
  const { name, port, targetPort, protocol, appProtocol } = value;
  return {
    ...(typeof name === 'string' && { name }),
    port,
    targetPort: typeof targetPort === 'number' || typeof targetPort === 'string' ? targetPort : port,
    protocol: typeof protocol === 'string' ? protocol : 'TCP',
    ...(typeof appProtocol === 'string' && { appProtocol }),
  };
}

/** Of `v1.34.1-eks-113cf36`; vendors append what they like. */
function versionOf(text: Json | undefined): Version | undefined {
  const [, major, minor] = (typeof text === 'string' && /^v?(\d+)\.(\d+)(?!\d)/.exec(text)) || [];
  return minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}
