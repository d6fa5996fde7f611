// The progress of a workload's rollout, from its previous and its current state, as in `kubectl rollout status`.

import { equal } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import type { Workload } from '../../workload/workload.ts';
import type { WorkloadEvent } from './event.ts';

/** The detail of a `failed` event for a workload that no longer exists. */
export const deleted = 'it was deleted';

export interface WorkloadChange {
  /** undefined for one seen for the first time: then its state is reported. */
  readonly before: Workload | undefined;
  /** undefined for one that was deleted: it has failed. */
  readonly now: Workload | undefined;
}

export function workloadEvents(kind: WorkloadKind, { before, now }: WorkloadChange, atMs: number): WorkloadEvent[] {
  const event = (state: Omit<WorkloadEvent, 'kind' | 'atMs'>): WorkloadEvent => {
    return { kind: 'workload', ...state, atMs };
  };
  if (now === undefined) return before === undefined ? [] : [event({ what: 'failed', detail: deleted })];
  const changed = before !== undefined && (kind.startsRollout ?? changesTemplate(kind))(before, now);
  const state = kind.progress(now);
  const was = before === undefined ? undefined : kind.progress(before);
  const moved = was?.what !== state.what || was.detail !== state.detail || was.oldPods !== state.oldPods;
  return [
    ...(changed ? [event({ what: 'changed', detail: `generation ${now.metadata.generation ?? '?'}` })] : []),
    ...(changed || moved ? [event(state)] : []),
  ];
}

/** A change of replicas, labels or strategy does not replace pods. */
function changesTemplate({ templateOf }: WorkloadKind) {
  return (before: Workload, now: Workload) => !equal(templateOf(before), templateOf(now));
}
