// Who else than its author writes a workload, as `explain` says it.

import type { JsonObject } from '../../workload/json.ts';
import { customOwnerOf } from '../../workload/owned-objects.ts';
import { flaggerCopyOf, knativeReason } from '../../workload/owner.ts';

/** Undefined where nobody is known to. */
export function ownerSentence(workload: JsonObject): string | undefined {
  const copy = flaggerCopyOf(workload);
  if (copy !== undefined)
    return `Flagger makes this copy of ${copy.target} for its Canary ${copy.canary}: each promotion replaces the pod template and the annotations with those of ${copy.target}, the record of hitless included. Change ${copy.target}`;
  const owner = customOwnerOf(workload.metadata);
  // Why Knative's are left alone is said below.
  if (owner === undefined || knativeReason(workload) !== undefined) return undefined;
  return `the ${owner.kind} ${owner.name} of ${owner.group} owns it: an operator writes it, so changes belong there`;
}
