// Who writes an object besides its author, by its ownerReferences: Knative, Flagger, another operator.

import { isObject, type Json, type JsonObject, objectAt, objectsAt } from './json.ts';
import { apiGroupOf } from './kubernetes.ts';

export interface Owner {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** `metadata`: of the object. The one that controls it, else the first. */
export function ownerOf(metadata: Json | undefined): Owner | undefined {
  const owners = isObject(metadata) ? objectsAt(metadata, 'ownerReferences') : [];
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  return owner && { group: apiGroupOf(owner.apiVersion), kind: `${owner.kind}`, name: `${owner.name}` };
}

/**
 * The reason why nothing is written into an object of Knative; undefined for any other. Source: knative/serving
 * pkg/reconciler/revision/resources/deploy.go: the owner, and the preStop hook of the container that asks the queue-proxy.
 */
export function knativeReason({ metadata }: JsonObject): string | undefined {
  const owner = ownerOf(metadata);
  if (owner?.group !== 'serving.knative.dev' || owner.kind !== 'Revision') return undefined;
  return `Knative writes it for its Revision ${owner.name}, and its queue-proxy drains requests`;
}

/** A copy that Flagger makes. */
export interface FlaggerCopy {
  /** Of the Canary. */
  readonly canary: string;
  /** The object that it is a copy of, of the same kind and namespace. */
  readonly target: string;
}

const primary = '-primary';

/** Source: fluxcd/flagger pkg/canary/deployment_controller.go and its siblings, Initialize and Promote. */
export function flaggerCopyOf({ metadata }: JsonObject): FlaggerCopy | undefined {
  const owner = ownerOf(metadata);
  const { name } = objectAt({ metadata }, 'metadata');
  if (owner?.group !== 'flagger.app' || owner.kind !== 'Canary' || typeof name !== 'string') return undefined;
  return name.endsWith(primary) ? { canary: owner.name, target: name.slice(0, -primary.length) } : undefined;
}
