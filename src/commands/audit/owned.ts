// What others than its author write into an object, as `audit` says it: operators, by the kind of the owner, and Flagger.

import { countByKind, type ObjectReference } from '../../lint/object-reference.ts';
import { count } from '../../text/count.ts';
import { customOwnerOf, type OwnedObject, type OwnedObjects } from '../../workload/owned-objects.ts';
import { type FlaggerCopy, flaggerCopyOf, knativeReason } from '../../workload/owner.ts';
import type { Workload } from '../../workload/workload.ts';

/** A copy that Flagger makes, and of what. */
export interface CopiedWorkload extends FlaggerCopy {
  readonly object: ObjectReference;
}

/** The workload with the custom resource that owns it; what is said of Flagger's copies and Knative's objects is more than that. */
export function ownedBy(workload: Workload): readonly OwnedObject[] {
  const { kind, metadata } = workload;
  const owner = customOwnerOf(metadata);
  if (owner === undefined || (flaggerCopyOf(workload) ?? knativeReason(workload)) !== undefined) return [];
  return [{ kind, namespace: metadata.namespace ?? '', owner }];
}

export function flaggerCopyIn(workload: Workload): readonly CopiedWorkload[] {
  const copy = flaggerCopyOf(workload);
  if (copy === undefined) return [];
  const { kind, metadata } = workload;
  return [{ object: { kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '' }, ...copy }];
}

export interface WrittenByOthers {
  /** Each with its cluster where there are several. */
  readonly owned: readonly (OwnedObjects & { readonly cluster?: string })[];
  readonly copies: readonly CopiedWorkload[];
}

/** A sentence for each kind of owner, and one for Flagger's copies. */
export function ownedSentences({ owned, copies }: WrittenByOthers): readonly string[] {
  const operators = owned.map(({ owner, example, counts }) => {
    const objects = Object.entries(counts).map(([kind, amount]) => count(amount, kind));
    const isOne = Object.values(counts).reduce((sum, amount) => sum + amount, 0) === 1;
    const [belong, them] = isOne ? ['belongs', 'it'] : ['belong', 'them'];
    const owners = `${owner.kind} objects of ${owner.group}, such as ${example.namespace}/${example.name}`;
    return `${objects.join(' and ')} ${belong} to ${owners}: their operator writes ${them}, so changes belong there`;
  });
  const [first] = copies;
  if (first === undefined) return operators;
  const { object, target } = first;
  const are = copies.length === 1 ? 'is a copy' : 'are copies';
  return [
    ...operators,
    `${countByKind(copies.map((one) => one.object))} ${are} that Flagger makes, such as ${object.namespace}/${object.name} of ${target}: each promotion replaces the pod template and the annotations with those of the target, the record of hitless included. Change the target, and let a promotion bring the change`,
  ];
}
