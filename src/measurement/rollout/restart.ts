// Causes a rollout as `kubectl rollout restart` does: by an annotation of the pod template.

import type { Api } from '../../cluster/client/api.ts';
import type { Address } from '../../cluster/deployments.ts';

/** `at` must differ from the last time by a second. @throws ApiError */
export async function restartDeployment(api: Api, { namespace, name }: Address, at: Date): Promise<void> {
  const restartedAt = `${at.toISOString().slice(0, 19)}Z`;
  await api.json({
    path: `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments/${encodeURIComponent(name)}`,
    query: { fieldManager: 'hitless' },
    method: 'PATCH',
    contentType: 'application/strategic-merge-patch+json',
    body: { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': restartedAt } } } } },
  });
}
