// Whether a workload can be measured, said before any load is sent.

import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { recreates, settingIn } from '../../workload/kinds/rolling-strategy.ts';
import type { Workload } from '../../workload/workload.ts';

/** Why not, in one sentence that also says what to do; undefined when it can. */
export function refusal({ replicas, strategy }: WorkloadKind, workload: Workload): string | undefined {
  if (workload.spec.paused === true) return 'it is paused, so that no rollout begins: kubectl rollout resume it first';
  if (replicas !== undefined && settingIn(replicas, workload) === 0)
    return 'it has 0 replicas: there is nothing to roll and nobody to answer; scale it up first';
  if (strategy === undefined || !recreates(strategy, workload)) return undefined;
  return `its strategy is ${strategy.type?.recreate}: every old pod ends before a new one starts, so that each request between is lost, by design; take type RollingUpdate with maxUnavailable 0 and maxSurge 1 and verify that`;
}
