// Whether a Deployment can be measured, said before any load is sent.

import type { Deployment } from '../../workload/workload.ts';

/** Why not, in one sentence that also says what to do; undefined when it can. */
export function refusal({ spec }: Deployment): string | undefined {
  if (spec.paused === true) return 'it is paused, so that no rollout begins: kubectl rollout resume it first';
  if ((spec.replicas ?? 1) === 0)
    return 'it has 0 replicas: there is nothing to roll and nobody to answer; scale it up first';
  if (spec.strategy?.type !== 'Recreate') return undefined;
  return 'its strategy is Recreate: every old pod ends before a new one starts, so that each request between is lost, by design; take type RollingUpdate with maxUnavailable 0 and maxSurge 1 and verify that';
}
