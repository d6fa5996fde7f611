// The Eviction API, as `kubectl drain` uses it.

import { ApiError } from '../../../cluster/client/api.ts';
import { apiResources, pathOf } from '../../../cluster/client/resources.ts';
import { pauseOrThrow } from '../../../timing.ts';
import type { JsonObject } from '../../../workload/json.ts';
import { metaOf } from '../objects-api.ts';
import type { LeaveScene } from './way.ts';

// That of kubectl.
const againMs = 5000;

/** Asks again as long as a PodDisruptionBudget does not allow it (429). Resolves when the pod is marked for deletion. @throws ApiError */
export async function evict({ api, signal, workload }: LeaveScene, pod: JsonObject): Promise<void> {
  const { namespace } = workload;
  const name = `${metaOf(pod).name}`;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const path = `${pathOf({ kind: apiResources.pods, namespace, name })}/eviction`;
  for (;;) {
    signal.throwIfAborted();
    try {
      await api.json({ path, method: 'POST', body });
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // It left by itself.
      if (error.code === 404) return;
      if (error.code !== 429) throw error;
    }
    await pauseOrThrow(againMs, signal);
  }
}
