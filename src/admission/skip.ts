// Requests that are none of ours, each with the sentence that says why.

import { missingParts } from '../workload/field-types.ts';
import type { Deployment } from '../workload/workload.ts';
import { refusedName, refusedPart } from './refused.ts';
import { type AdmissionRequest, BadReview, deploymentKind } from './review.ts';

/** Namespaces that no label opts in: the cluster's own. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

// One process answers all calls in turn: an object made to be slow must not hold up the others. No real pod comes near this.
const mostContainers = 500;

/** Why the request is left alone, before anything is looked up; undefined when it is ours. */
export function skipReason(request: AdmissionRequest): string | undefined {
  const { operation, kind, namespace, object, oldObject } = request;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return `operation ${operation} changes nothing that we edit`;
  if (kind !== deploymentKind) return `${kind} is no Deployment`;
  if (systemNamespaces.includes(namespace)) return `namespace ${namespace} belongs to the cluster`;
  const unnamed = refusedName(request);
  if (unnamed !== undefined) return unnamed;
  if (request.beyond !== undefined) return request.beyond;
  if (object === undefined) throw new BadReview(`request.object is missing, but ${operation} has one`);
  if (operation === 'UPDATE' && oldObject === undefined)
    throw new BadReview('request.oldObject is missing, but UPDATE has one');
  if (object.metadata.deletionTimestamp !== undefined) return 'the Deployment is being deleted';
  return unusable(object) ?? (oldObject && unusable(oldObject));
}

/** Why nothing can be planned for an object of this shape. */
function unusable(object: Deployment): string | undefined {
  const { containers = [], initContainers = [] } = object.spec?.template?.spec ?? {};
  const count = containers.length + initContainers.length;
  if (count > mostContainers)
    return `the Deployment has ${count} containers, more than the ${mostContainers} that are looked at`;
  const [missing] = missingParts(object);
  if (missing !== undefined) return `${missing.path} is ${missing.found}, which the API server does not take`;
  return refusedPart(object);
}
