// How far a workload's rollout is, from how it was before and how it is now: as `kubectl rollout status` sees it.

import { equal } from '../../workload/json.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import type { Workload } from '../../workload/workload.ts';
import type { DeploymentEvent } from './event.ts';

/** What a `failed` event says of a workload that is no more. */
export const deleted = 'it was deleted';

export interface Change {
  /** undefined for one that is new to us: then its state is told. */
  readonly before: Workload | undefined;
  /** undefined for one that was deleted: it has failed. */
  readonly now: Workload | undefined;
}

export function workloadEvents(kind: WorkloadKind, { before, now }: Change, atMs: number): DeploymentEvent[] {
  const event = (state: Pick<DeploymentEvent, 'what' | 'detail'>): DeploymentEvent => {
    return { kind: 'deployment', ...state, atMs };
  };
  if (now === undefined) return before === undefined ? [] : [event({ what: 'failed', detail: deleted })];
  // Another number of replicas, label or strategy replaces no pod.
  const changed = before !== undefined && !equal(kind.templateOf(before), kind.templateOf(now));
  const state = kind.progress(now);
  const was = before === undefined ? undefined : kind.progress(before);
  const moved = was?.what !== state.what || was.detail !== state.detail;
  return [
    ...(changed ? [event({ what: 'changed', detail: `generation ${now.metadata.generation ?? '?'}` })] : []),
    ...(moved ? [event(state)] : []),
  ];
}
