// Requests that are none of ours, each with the sentence that says why.

import type { Mode } from '../policy/policy.ts';
import { missingParts } from '../workload/field-types.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { kindNames } from '../workload/kinds/kinds.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';
import { refusedName, refusedPart } from './refused.ts';
import { type AdmissionRequest, BadReview } from './review.ts';

/** Namespaces that no label opts in: the cluster's own. */
export const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

// One process answers all calls in turn: an object made to be slow must not hold up the others. No real pod comes near this.
const mostContainers = 500;

/** Why the request is left alone, before anything is looked up; undefined when it is ours. */
export function skipReason(request: AdmissionRequest): string | undefined {
  const { operation, kind, workloadKind, namespace, object, oldObject } = request;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return `operation ${operation} changes nothing that we edit`;
  if (workloadKind === undefined) return `${kind} is no ${kindNames()}`;
  if (systemNamespaces.includes(namespace)) return `namespace ${namespace} belongs to the cluster`;
  const unnamed = refusedName(request);
  if (unnamed !== undefined) return unnamed;
  if (request.beyond !== undefined) return request.beyond;
  if (object === undefined) throw new BadReview(`request.object is missing, but ${operation} has one`);
  if (operation === 'UPDATE' && oldObject === undefined)
    throw new BadReview('request.oldObject is missing, but UPDATE has one');
  if (object.metadata.deletionTimestamp !== undefined) return `the ${workloadKind.kind} is being deleted`;
  return unusable(workloadKind, object) ?? (oldObject && unusable(workloadKind, oldObject));
}

/** Why nothing can be planned for an object of this shape. */
function unusable(kind: WorkloadKind, object: Workload): string | undefined {
  const template = kind.templateOf(object) as Partial<PodTemplate> | undefined;
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  const count = containers.length + initContainers.length;
  if (count > mostContainers)
    return `the ${kind.kind} has ${count} containers, more than the ${mostContainers} that are looked at`;
  const [missing] = missingParts(kind, object);
  if (missing !== undefined) return `${missing.path} is ${missing.found}, which the API server does not take`;
  return refusedPart(object, kind.templateOf(object));
}

const order: readonly Mode[] = ['off', 'audit', 'enforce'];

/** The mode that does less. */
export function lowerMode(a: Mode, b: Mode): Mode {
  return order.indexOf(a) < order.indexOf(b) ? a : b;
}
