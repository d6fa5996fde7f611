// Causes a rollout as `kubectl rollout restart` does: by an annotation of the pod template.

import type { Api } from '../../cluster/client/api.ts';
import { pathOf } from '../../cluster/client/workload-paths.ts';
import type { WorkloadRef } from '../../cluster/workloads.ts';
import { setAt } from '../../workload/path.ts';

/** `at` must differ from the last time by a second. @throws ApiError */
export async function restartWorkload(api: Api, ref: WorkloadRef, at: Date): Promise<void> {
  const restartedAt = `${at.toISOString().slice(0, 19)}Z`;
  await api.json({
    path: pathOf(ref),
    query: { fieldManager: 'hitless' },
    method: 'PATCH',
    // Of an annotation the strategic merge makes the same, but only for kinds that are built in.
    contentType: 'application/merge-patch+json',
    body: setAt({}, `${ref.kind.template}.metadata.annotations[kubectl.kubernetes.io/restartedAt]`, restartedAt),
  });
}
