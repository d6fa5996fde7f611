// updateStrategy OnDelete of StatefulSets and DaemonSets: a changed template replaces no pod by itself.

import { objectAt } from '../json.ts';
import type { Workload } from '../workload.ts';

export function isOnDelete(workload: Workload): boolean {
  return objectAt(objectAt(workload, 'spec'), 'updateStrategy').type === 'OnDelete';
}

/** What such a rollout waits for. */
export const waitsForDeletion = 'type OnDelete replaces a pod when somebody deletes it';

export const onDeleteStandstill =
  'its updateStrategy is OnDelete, so a pod is replaced only when somebody deletes it: set type RollingUpdate first';
