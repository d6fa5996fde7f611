// Requests that hitless ignores, each with the reason.

import { missingParts } from '../workload/field-types.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindNames } from '../workload/kinds/kinds.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';
import { refusedName, refusedPart } from './refused.ts';
import { type AdmissionRequest, BadReview } from './review.ts';

/** The cluster's own namespaces, which no label opts in. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

// One process answers all calls in turn: an object crafted to be slow must not hold up the others. No real pod comes near this.
const mostContainers = 500;

export const optedOutReason = 'an annotation says hitless.dev/mode: off';

/** The reason why nothing in the cluster's own namespaces is handled; undefined for another namespace. */
export function clusterNamespaceReason(namespace: string): string | undefined {
  if (!systemNamespaces.includes(namespace)) return undefined;
  return `namespace ${namespace} belongs to the cluster`;
}

/** A request, and whether hitless handles it. */
export type Screened = Ours | LeftAlone;

interface Ours extends AdmissionRequest {
  readonly workloadKind: WorkloadKind;
  readonly object: Workload;
  readonly skipped?: undefined;
}

interface LeftAlone extends AdmissionRequest {
  /** The reason: a sentence. */
  readonly skipped: string;
}

/** Decides, before anything is looked up, whether hitless handles the request. @throws BadReview where it lacks an object. */
export function screen(request: AdmissionRequest): Screened {
  const skipped = notOurs(request);
  if (skipped !== undefined) return { ...request, skipped };
  const whole = withObjects(request);
  const unfit = unfitObject(whole);
  return unfit === undefined ? whole : { ...whole, skipped: unfit };
}

/** The reason why the request is ignored. */
function notOurs(request: AdmissionRequest): string | undefined {
  const { operation, kind, workloadKind, namespace } = request;
  if (operation !== 'CREATE' && operation !== 'UPDATE')
    return `operation ${operation} changes nothing that hitless edits`;
  if (workloadKind === undefined) return `${kind} is not a ${kindNames()}`;
  return clusterNamespaceReason(namespace) ?? refusedName(request) ?? request.beyond;
}

function withObjects(request: AdmissionRequest): Ours {
  const { operation, object, oldObject } = request;
  if (object === undefined) throw new BadReview(`request.object is missing, but ${operation} requires one`);
  if (operation === 'UPDATE' && oldObject === undefined)
    throw new BadReview('request.oldObject is missing, but UPDATE requires one');
  return request as Ours;
}

function unfitObject({ workloadKind: kind, object, oldObject }: Ours): string | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return `the ${kind.kind} is being deleted`;
  return unusable(kind, object) ?? (oldObject && unusable(kind, oldObject));
}

/** The reason why nothing can be planned for an object of this shape. */
function unusable(kind: WorkloadKind, object: Workload): string | undefined {
  const template = kind.templateOf(object) as Partial<PodTemplate> | undefined;
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  const count = containers.length + initContainers.length;
  if (count > mostContainers)
    return `the ${kind.kind} has ${count} containers, more than the ${mostContainers} that hitless checks`;
  const [missing] = missingParts(kind, object);
  if (missing !== undefined)
    return `${missing.path} must be ${missing.allowed}, found ${missing.found}: the API server refuses it`;
  return refusedPart(object, kind.templateOf(object));
}
