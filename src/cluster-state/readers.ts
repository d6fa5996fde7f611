// Documents as the objects of a cluster state: the kinds that count, and what must be valid in each.

import type { PolicyDocument } from '../policy/policy.ts';
import { sentence } from '../policy/validation/field-error.ts';
import { readPolicy } from '../policy/validation/validate.ts';
import { isObject, type Json, type JsonObject, own } from '../workload/json.ts';
import type { Namespace, Service, ServicePort, Version } from '../workload/kubernetes.ts';
import type { Problem, SourceDocument } from '../yaml/documents.ts';

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
    const read = readers.get(kindOf(document.value));
    if (read === undefined) continue;
    const { file, value, position } = document;
    const wrong = (path: string, message: string) =>
      problems.push({ file, ...position(path), message: `${path}: ${message}` });
    const fact = read(value as JsonObject, wrong);
    if (fact !== undefined) objects.push({ ...fact, file, line: position('').line });
  }
  return { objects, problems };
}

/** Called for each mistake: where in the document, and what. */
export type OnFieldError = (path: string, message: string) => void;
type Distributed<T> = T extends unknown ? Omit<T, 'file' | 'line'> : never;
type Reader = (document: JsonObject, wrong: OnFieldError) => Distributed<ClusterObject> | undefined;

function kindOf(value: Json): Json | undefined {
  return isObject(value) ? own(value, 'kind') : undefined;
}

/** Readers by kind of document; they return undefined when something is wrong with it. */
export const readersByKind = {
  Namespace: (document, wrong) => {
    const meta = metaOf(document, wrong);
    if (meta === undefined) return undefined;
    const { name, labels, annotations } = meta;
    return { kind: 'Namespace', id: `Namespace ${name}`, value: { name, labels, annotations } };
  },
  Service: (document, wrong) => {
    const meta = metaOf(document, wrong);
    const spec = isObject(document.spec) ? document.spec : {};
    const selector = stringsAt(spec.selector, 'spec.selector', wrong);
    const ports = portsOf(spec.ports, wrong);
    if (meta === undefined || selector === undefined || ports === undefined) return undefined;
    const { name, namespace } = meta;
    return { kind: 'Service', id: `Service ${namespace}/${name}`, value: { name, namespace, selector, ports } };
  },
  RolloutPolicy: readPolicyFact,
  ClusterRolloutPolicy: readPolicyFact,
  Node: (document, wrong) => {
    const meta = metaOf(document, wrong);
    const path = 'status.nodeInfo.kubeletVersion';
    const version = versionOf(at(document, 'status', 'nodeInfo', 'kubeletVersion'));
    if (version === undefined) wrong(path, 'must be a version such as v1.34.1');
    return meta && version && { kind: 'Node', id: `Node ${meta.name}`, value: version };
  },
} satisfies Readonly<Record<string, Reader>>;

const readers = new Map<Json | undefined, Reader>(Object.entries(readersByKind));

function readPolicyFact(document: JsonObject, wrong: OnFieldError): Distributed<ClusterObject> | undefined {
  const { document: policy, mistakes } = readPolicy(document);
  for (const mistake of mistakes) wrong(mistake.path, sentence(mistake).replace(/^[^:]*: /, ''));
  if (policy === undefined) return undefined;
  const { kind, name, namespace } = policy;
  return { kind: 'Policy', id: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`, value: policy };
}

function metaOf(document: JsonObject, wrong: OnFieldError) {
  const name = at(document, 'metadata', 'name');
  const namespace = at(document, 'metadata', 'namespace') ?? 'default';
  const labels = stringsAt(at(document, 'metadata', 'labels'), 'metadata.labels', wrong);
  const annotations = stringsAt(at(document, 'metadata', 'annotations'), 'metadata.annotations', wrong);
  const named = typeof name === 'string' && name !== '';
  if (!named) wrong('metadata.name', 'is missing');
  if (typeof namespace !== 'string') wrong('metadata.namespace', 'must be a string');
  if (!named || typeof namespace !== 'string' || labels === undefined || annotations === undefined) return undefined;
  return { name, namespace, labels, annotations };
}

function at(document: JsonObject, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((value, key) => (isObject(value) ? own(value, key) : undefined), document);
}

function stringsAt(value: Json | undefined, path: string, wrong: OnFieldError): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    wrong(path, 'must be a map of strings');
    return undefined;
  }
  const other = Object.entries(value).filter(([, text]) => typeof text !== 'string');
  for (const [key, found] of other)
    wrong(`${path}[${key}]`, `must be a string, found ${JSON.stringify(found)}: put it in quotes`);
  return other.length > 0 ? undefined : (value as Record<string, string>);
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
