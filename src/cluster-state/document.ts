// Parts of a document that a reader takes, each checked on the way.

import { isObject, type Json, type JsonObject, own } from '../workload/json.ts';

/** Called for each mistake: where in the document, and what. */
export type OnFieldError = (path: string, message: string) => void;

export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function metadataOf(document: JsonObject, wrong: OnFieldError): Metadata | undefined {
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

export function at(document: JsonObject, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((value, key) => (isObject(value) ? own(value, key) : undefined), document);
}

/** The string at a path; undefined for anything else. */
export function stringAt(document: JsonObject, ...keys: readonly string[]): string | undefined {
  const value = at(document, ...keys);
  return typeof value === 'string' ? value : undefined;
}

export function stringsAt(
  value: Json | undefined,
  path: string,
  wrong: OnFieldError,
): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    wrong(path, 'must be a map of strings');
    return undefined;
  }
  // Null in a map is an empty string, as to the API server.
  const texts = Object.entries(value).map(([key, text]) => [key, text ?? ''] as const);
  const other = texts.filter(([, text]) => typeof text !== 'string');
  for (const [key, found] of other)
    wrong(`${path}[${key}]`, `must be a string, found ${JSON.stringify(found)}: put it in quotes`);
  return other.length > 0 ? undefined : (Object.fromEntries(texts) as Record<string, string>);
}

/** The annotations that say how a load balancer reaches pods. */
export function loadBalancerAnnotations(annotations: Metadata['annotations']): Metadata['annotations'] {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => loadBalancerKeys.test(key)));
}

const loadBalancerKeys =
  /^(?:alb\.ingress\.kubernetes\.io\/target-type|service\.beta\.kubernetes\.io\/aws-load-balancer-(?:type|nlb-target-type)|cloud\.google\.com\/neg|kubernetes\.io\/ingress\.class)$/;
