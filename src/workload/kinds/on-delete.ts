// updateStrategy OnDelete of StatefulSets and DaemonSets: a changed template replaces no pod by itself.

import { objectAt } from '../json.ts';
import type { Workload } from '../workload.ts';

/** Why no strategy decides how the pods are replaced; undefined where one does. */
export function onDeleteWay(workload: Workload): string | undefined {
  return isOnDelete(workload)
    ? 'type OnDelete: a pod is replaced when somebody deletes it, and no strategy decides when'
    : undefined;
}

export function isOnDelete(workload: Workload): boolean {
  return objectAt(objectAt(workload, 'spec'), 'updateStrategy').type === 'OnDelete';
}

/** What such a rollout waits for. */
export const waitsForDeletion = 'type OnDelete replaces a pod when somebody deletes it';

export const onDeleteStandstill =
  'its updateStrategy is OnDelete, so a pod is replaced only when somebody deletes it: set type RollingUpdate first';
