// Objects that hold the template of pods and are not judged: they are named, so that nobody takes silence for a good result.

import { isObject, type Json, type JsonObject } from '../../workload/json.ts';
import { namedKind, unknownKindReason } from '../../workload/kinds/named-kinds.ts';
import { apiGroupOf, isForeignGroup } from '../../workload/kubernetes.ts';
import { ownerOf } from '../../workload/owner.ts';
import type { SourceDocument } from '../../yaml/documents.ts';
import { workloadKindOf } from '../manifest/kind-meant.ts';

/** A workload whose kind is another API's, such as a Knative Service or a Deployment of somebody's own group, counts as well. */
export function isNotJudged({ value }: SourceDocument): boolean {
  return isObject(value) && typeof value.kind === 'string' && !isWorkload(value) && holdsPods(value);
}

/** The reason: a clause. */
export function reasonNotJudged({ apiVersion, kind, metadata }: JsonObject): string {
  const owner = ownerOf(metadata);
  if (owner !== undefined) return `the controller of ${owner.kind} ${owner.name} writes it`;
  return namedKind(apiGroupOf(apiVersion), `${kind}`)?.reason ?? unknownKindReason;
}

/** These show pods or whole objects to compare or to patch, and run none. */
const showing: readonly string[] = [
  'admission.k8s.io',
  'apiextensions.k8s.io',
  'cli.kyverno.io',
  'config.kubernetes.io',
  'constraints.gatekeeper.sh',
  'kustomize.config.k8s.io',
  'kyverno.io',
  'mutations.gatekeeper.sh',
  'policies.kyverno.io',
];

/** True for an object with containers anywhere in it: every kind has another place for them. */
function holdsPods(document: JsonObject): boolean {
  if (showing.includes(apiGroupOf(document.apiVersion))) return false;
  // An anchor can be used many times, and what it stands for again.
  const seen = new Set<Json>();
  const waiting: Json[] = [document];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isPodSpec(value)) return true;
    for (const member of Object.values(value)) if (member !== undefined) waiting.push(member);
  }
  return false;
}

function isPodSpec(spec: Json): boolean {
  if (!isObject(spec) || !Array.isArray(spec.containers)) return false;
  return spec.containers.some((container) => isObject(container) && typeof container.image === 'string');
}

/** A supported kind, in its API group or in one that somebody may have meant for it. */
export function isWorkload(value: Json): value is JsonObject {
  const kind = workloadKindOf(value);
  return kind !== undefined && !isOfAnotherApi((value as JsonObject).apiVersion, kind.group);
}

/** A group with a dot is somebody's: `azure.example.com/v1` is not a misspelt `apps/v1`. */
function isOfAnotherApi(apiVersion: Json | undefined, own: string): boolean {
  const group = apiGroupOf(apiVersion);
  return group !== own && isForeignGroup(group);
}
