// A policy document from any source: defaults, then validation that finds every mistake, then the typed document.

import { group, policyApiVersion } from '../../names.ts';
import { closestWord } from '../../text/closest-word.ts';
import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import type { LabelSelector } from '../../workload/kubernetes.ts';
import { either } from '../fields.ts';
import type { PartialSpec, PolicyDocument, PolicyKind } from '../policy.ts';
import { sections } from '../sections.ts';
import { type FieldError, type FieldKeys, fieldError, show, unknownKeys } from './field-error.ts';
import { allowedNames, isNamespaceName, isObjectName } from './names.ts';
import { specMistakes } from './spec.ts';

export const policyKinds: readonly PolicyKind[] = ['ClusterRolloutPolicy', 'RolloutPolicy'];

/** Metadata that the API server and its controllers set: accepted, but not listed in messages. */
const serverKeys = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

export interface PolicyReading {
  /** Absent when there is a mistake. */
  readonly document?: PolicyDocument;
  readonly mistakes: readonly FieldError[];
}

export function readPolicy(value: Json): PolicyReading {
  const complete = withDefaults(value);
  const mistakes = validate(complete);
  return mistakes.length > 0 ? { mistakes } : { document: toDocument(complete as JsonObject), mistakes };
}

/**
 * Fills in what the author left out: an empty spec, priority 0, namespace `default`. Fields of a section stay absent, because a
 * lower layer may set them. An unquoted `action: off` is the boolean false for every tool that reads YAML 1.1, kubectl among them.
 */
function withDefaults(value: Json): Json {
  if (!isObject(value)) return value;
  const { kind, metadata, spec = {} } = value;
  const named =
    kind === 'RolloutPolicy' && isObject(metadata) ? { metadata: { namespace: 'default', ...metadata } } : {};
  if (!isObject(spec)) return { ...value, ...named, spec };
  const priority = kind === 'ClusterRolloutPolicy' ? { priority: 0 } : {};
  return { ...value, ...named, spec: { ...priority, ...spec, ...withActions(spec) } };
}

function withActions(spec: JsonObject): JsonObject {
  const switchedOff = sections
    .map((section) => [section, spec[section]] as const)
    .filter((entry): entry is [(typeof entry)[0], JsonObject] => isObject(entry[1]) && entry[1].action === false);
  return Object.fromEntries(switchedOff.map(([section, body]) => [section, { ...body, action: 'off' }]));
}

/** Every mistake in a document that has its defaults, in the order of the document's fields. */
export function validate(value: Json): FieldError[] {
  if (!isObject(value)) return [fieldError([], show(value), 'an object with apiVersion, kind, metadata, spec')];
  const { apiVersion, kind } = value;
  const head = [...oneOf(apiVersion, [policyApiVersion], ['apiVersion']), ...oneOf(kind, policyKinds, ['kind'])];
  // the rest of another API's object would only be noise
  if (typeof apiVersion === 'string' && !apiVersion.startsWith(`${group}/`)) return head;
  return [
    ...head,
    // the status is the webhook's, and comes along when a policy is read back
    ...unknownKeys(value, ['apiVersion', 'kind', 'metadata', 'spec'], [], ['status']),
    ...metadataMistakes(value.metadata, kind),
    ...specMistakes(value.spec, kind),
  ];
}

function oneOf(value: Json | undefined, choices: readonly string[], at: FieldKeys): FieldError[] {
  if (typeof value !== 'string') return [fieldError(at, show(value), either(choices))];
  return choices.includes(value)
    ? []
    : [fieldError(at, show(value), either(choices), choices.length > 1 ? closestWord(value, choices) : undefined)];
}

function metadataMistakes(metadata: Json | undefined, kind: Json | undefined): FieldError[] {
  const at = ['metadata'];
  if (!isObject(metadata)) return [fieldError(at, show(metadata), 'an object with a name')];
  const { name } = metadata;
  const named = typeof name === 'string' && isObjectName(name);
  return [
    ...unknownKeys(metadata, ['name', 'namespace', 'labels', 'annotations'], at, serverKeys),
    ...(named ? [] : [fieldError([...at, 'name'], show(name), allowedNames.object)]),
    ...namespaceMistakes(metadata.namespace, kind),
  ];
}

function namespaceMistakes(namespace: Json | undefined, kind: Json | undefined): FieldError[] {
  const at = ['metadata', 'namespace'];
  if (namespace === undefined) return [];
  if (kind === 'ClusterRolloutPolicy') {
    const allowed =
      'no namespace in a ClusterRolloutPolicy; for one namespace, write a RolloutPolicy, or a namespaceSelector';
    return [fieldError(at, show(namespace), allowed)];
  }
  const fine = typeof namespace === 'string' && isNamespaceName(namespace);
  return fine ? [] : [fieldError(at, show(namespace), allowedNames.namespace)];
}

/** Only for a document without mistakes: every value has the type that it is cast to. */
function toDocument({ kind, metadata, spec }: JsonObject): PolicyDocument {
  const { name, namespace } = metadata as { readonly name: string; readonly namespace?: string };
  const { priority = 0, namespaceSelector, workloadSelector, locked, ...said } = spec as JsonObject;
  return {
    kind: kind as PolicyKind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    priority: priority as number,
    ...(namespaceSelector === undefined ? {} : { namespaceSelector: namespaceSelector as LabelSelector }),
    ...(workloadSelector === undefined ? {} : { workloadSelector: workloadSelector as LabelSelector }),
    ...(Array.isArray(locked) && locked.length > 0 && { locked: locked as readonly string[] }),
    spec: said as PartialSpec,
  };
}
