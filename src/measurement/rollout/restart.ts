// Causes a rollout as `kubectl rollout restart` does: by an annotation of the pod template.

import type { Api } from '../../cluster/client/api.ts';
import { pathOf } from '../../cluster/client/workload-paths.ts';
import type { Address } from '../../cluster/workloads.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { setAt } from '../../workload/path.ts';

/** `at` must differ from the last time by a second. @throws ApiError */
export async function restartWorkload(api: Api, kind: WorkloadKind, address: Address, at: Date): Promise<void> {
  const restartedAt = `${at.toISOString().slice(0, 19)}Z`;
  await api.json({
    path: pathOf(kind, address),
    query: { fieldManager: 'hitless' },
    method: 'PATCH',
    // Of an annotation the strategic merge makes the same, but only for kinds that are built in.
    contentType: 'application/merge-patch+json',
    body: setAt({}, `${kind.template}.metadata.annotations[kubectl.kubernetes.io/restartedAt]`, restartedAt),
  });
}
