// The progress of a workload's rollout, from its previous and its current state, as in `kubectl rollout status`.

import { equal } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import type { Workload } from '../../workload/workload.ts';
import type { DeploymentEvent } from './event.ts';

/** The detail of a `failed` event for a workload that no longer exists. */
export const deleted = 'it was deleted';

export interface WorkloadChange {
  /** undefined for one seen for the first time: then its state is reported. */
  readonly before: Workload | undefined;
  /** undefined for one that was deleted: it has failed. */
  readonly now: Workload | undefined;
}

export function workloadEvents(kind: WorkloadKind, { before, now }: WorkloadChange, atMs: number): DeploymentEvent[] {
  const event = (state: Pick<DeploymentEvent, 'what' | 'detail'>): DeploymentEvent => {
    return { kind: 'deployment', ...state, atMs };
  };
  if (now === undefined) return before === undefined ? [] : [event({ what: 'failed', detail: deleted })];
  // A change of replicas, labels or strategy does not replace pods.
  const changed = before !== undefined && !equal(kind.templateOf(before), kind.templateOf(now));
  const state = kind.progress(now);
  const was = before === undefined ? undefined : kind.progress(before);
  const moved = was?.what !== state.what || was.detail !== state.detail;
  return [
    ...(changed ? [event({ what: 'changed', detail: `generation ${now.metadata.generation ?? '?'}` })] : []),
    ...(moved ? [event(state)] : []),
  ];
}
