// Requests that are none of ours, each with the sentence that says why.

import { missingParts } from '../workload/field-types.ts';
import type { Deployment } from '../workload/workload.ts';
import { refusedName, refusedPart } from './refused.ts';
import { type AdmissionRequest, BadReview, deploymentKind } from './review.ts';

/** Namespaces that no label opts in: the cluster's own. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

// One process answers all calls in turn: an object made to be slow must not hold up the others. No real pod comes near this.
const mostContainers = 500;

/** A request with the answer to whether it is ours. */
export type Screened = Ours | LeftAlone;

interface Ours extends AdmissionRequest {
  readonly object: Deployment;
  readonly skipped?: undefined;
}

interface LeftAlone extends AdmissionRequest {
  /** Why: a sentence. */
  readonly skipped: string;
}

/** Asks, before anything is looked up, whether the request is ours. @throws BadReview where it lacks an object. */
export function screen(request: AdmissionRequest): Screened {
  const skipped = notOurs(request);
  if (skipped !== undefined) return { ...request, skipped };
  const whole = withObjects(request);
  const unfit = unfitObject(whole);
  return unfit === undefined ? whole : { ...whole, skipped: unfit };
}

/** Why what the request is about is left alone. */
function notOurs(request: AdmissionRequest): string | undefined {
  const { operation, kind, namespace } = request;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return `operation ${operation} changes nothing that we edit`;
  if (kind !== deploymentKind) return `${kind} is no Deployment`;
  if (systemNamespaces.includes(namespace)) return `namespace ${namespace} belongs to the cluster`;
  return refusedName(request) ?? request.beyond;
}

function withObjects(request: AdmissionRequest): Ours {
  const { operation, object, oldObject } = request;
  if (object === undefined) throw new BadReview(`request.object is missing, but ${operation} has one`);
  if (operation === 'UPDATE' && oldObject === undefined)
    throw new BadReview('request.oldObject is missing, but UPDATE has one');
  return request as Ours;
}

function unfitObject({ object, oldObject }: Ours): string | undefined {
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
