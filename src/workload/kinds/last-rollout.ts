// The last rollout of a stored object, from the numbers that a controller reports.

import { objectAt } from '../json.ts';
import type { Workload } from '../workload.ts';
import type { LastRollout, Progress } from './progress.ts';

export interface PodNumbers {
  readonly pods: number;
  /** How many of them are of the newest version. */
  readonly updated: number;
}

export function lastRollout(what: LastRollout['what'], { pods, updated }: PodNumbers, detail = ''): LastRollout {
  return { what, detail, pods, oldPods: Math.max(0, pods - updated) };
}

/** For a controller that reports no conditions. */
export function lastByProgress(workload: Workload, progress: Progress, numbers: PodNumbers): LastRollout {
  if (objectAt(workload, 'status').observedGeneration === undefined) return lastRollout('unknown', numbers);
  return lastRollout(progress.what === 'complete' ? 'complete' : 'underway', numbers);
}
