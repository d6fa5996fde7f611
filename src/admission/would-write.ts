// What the webhook would write into the pod template of a stored workload if that were created as it is now.

import type { ClusterState } from '../cluster-state/cluster-state.ts';
import type { Edit } from '../rules/finding.ts';
import { fieldTypeErrors } from '../workload/field-types.ts';
import { withoutNulls } from '../workload/json.ts';
import { kindOf } from '../workload/kinds/kinds.ts';
import type { Workload } from '../workload/workload.ts';
import { admit } from './admit.ts';
import { screen } from './skip.ts';

/** In mode enforce; none for a workload that the webhook leaves alone. */
export function templateEdits(workload: Workload, state: ClusterState): readonly Edit[] {
  const kind = kindOf(workload);
  // What a custom resource holds, no API server has looked at.
  if (fieldTypeErrors(kind, workload).length > 0) return [];
  const { namespace = 'default', name = '' } = workload.metadata;
  const request = screen({
    ...{ uid: name, operation: 'CREATE', kind: kind.fullName, workloadKind: kind, namespace, name, dryRun: true },
    object: withoutNulls(workload) as Workload,
  });
  const { desired } = admit(request, state, 'enforce');
  return (desired?.applied ?? []).filter(({ changes }) => changes.some(({ path }) => kind.inTemplate(path)));
}
