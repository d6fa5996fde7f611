// Requests that hitless ignores, each with the reason.

import { missingParts, typeErrorText } from '../workload/field-types.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindNamed } from '../workload/kinds/kinds.ts';
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

/** The reason why an object without a pod template of its own is not judged; undefined for another one. */
export function elsewhereReason(kind: WorkloadKind, object: Workload): string | undefined {
  const source = kind.templateElsewhere?.(object);
  if (source === undefined) return undefined;
  const from = `its pods come from ${source.kind} ${source.name} (workloadRef)`;
  return kindNamed(source.apiVersion, source.kind) === undefined
    ? `${from}, which hitless does not judge`
    : `${from}: check that one together with this ${kind.kind}`;
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
  const whole = withoutBareOld(withObjects(request));
  const unfit = unfitObject(whole);
  return unfit === undefined ? whole : { ...whole, skipped: unfit };
}

/** The reason why the request is ignored. */
function notOurs(request: AdmissionRequest): string | undefined {
  const { operation, kind, workloadKind, namespace } = request;
  if (operation !== 'CREATE' && operation !== 'UPDATE')
    return `operation ${operation} changes nothing that hitless edits`;
  if (workloadKind === undefined) return `${kind} is not a kind of workload that hitless supports`;
  return clusterNamespaceReason(namespace) ?? refusedName(request) ?? request.beyond;
}

function withObjects(request: AdmissionRequest): Ours {
  const { operation, object, oldObject } = request;
  if (object === undefined) throw new BadReview(`request.object is missing, but ${operation} requires one`);
  if (operation === 'UPDATE' && oldObject === undefined)
    throw new BadReview('request.oldObject is missing, but UPDATE requires one');
  return request as Ours;
}

/**
 * A custom resource may be stored without a template of its own, as a Rollout with workloadRef is. What has one for the first time
 * is decided like a new object.
 */
function withoutBareOld(request: Ours): Ours {
  const { workloadKind: kind, oldObject, ...rest } = request;
  const isBare = kind.custom === true && oldObject !== undefined && unusable(kind, oldObject) !== undefined;
  return isBare ? { ...rest, workloadKind: kind } : request;
}

function unfitObject({ workloadKind: kind, object, oldObject }: Ours): string | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return `the ${kind.kind} is being deleted`;
  return unusable(kind, object) ?? (oldObject && unusable(kind, oldObject));
}

/** The reason why nothing can be planned for an object of this shape. */
function unusable(kind: WorkloadKind, object: Workload): string | undefined {
  const elsewhere = elsewhereReason(kind, object);
  if (elsewhere !== undefined) return elsewhere;
  const template = kind.templateOf(object) as Partial<PodTemplate> | undefined;
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  const count = containers.length + initContainers.length;
  if (count > mostContainers)
    return `the ${kind.kind} has ${count} containers, more than the ${mostContainers} that hitless checks`;
  const [missing] = missingParts(kind, object);
  if (missing !== undefined) return `${typeErrorText(missing)}: the API server refuses it`;
  return refusedPart(object, kind.templateOf(object));
}
