// The progress of a StatefulSet's rollout. Source: kubernetes/kubectl pkg/polymorphichelpers/rollout_status.go,
// kubernetes/kubernetes pkg/controller/statefulset/stateful_set_control.go. Its status has no conditions and no deadline, so a
// rollout that is stuck looks like one that is slow.

import { count } from '../../text/count.ts';
import { objectAt } from '../json.ts';
import type { Workload } from '../workload.ts';
import { lastByProgress } from './last-rollout.ts';
import { isOnDelete, onDeleteStandstill, waitsForDeletion } from './on-delete.ts';
import type { LastRollout, Progress } from './progress.ts';
import { isObserved, numberIn } from './status.ts';

export function statefulSetProgress(workload: Workload): Progress {
  const status = objectAt(workload, 'status');
  const { replicas, due, partition } = shareOf(workload);
  if (!isObserved(workload) || status.observedGeneration === undefined)
    return { what: 'progressing', detail: 'its controller has not seen the change yet' };
  const [updated, ready] = [numberIn(status, 'updatedReplicas'), numberIn(status, 'readyReplicas')];
  const kept = partition === 0 ? '' : `; its partition keeps ${count(replicas - due, 'old pod')}`;
  if (updated >= due && ready >= replicas)
    return { what: 'complete', detail: `${due} of ${due} new pods are ready${kept}` };
  const detail = `${updated} of ${due} pods are new, ${ready} ready${kept}`;
  if (!isOnDelete(workload) || updated >= due) return { what: 'progressing', detail };
  return { what: 'progressing', detail: `${detail}; ${waitsForDeletion}`, waits: true };
}

export function lastStatefulSetRollout(workload: Workload): LastRollout {
  const status = objectAt(workload, 'status');
  const numbers = { pods: numberIn(status, 'replicas'), updated: numberIn(status, 'updatedReplicas') };
  return lastByProgress(workload, statefulSetProgress(workload), numbers);
}

/** Why a change of the template replaces no pod, and what to do; undefined where it does. */
export function statefulSetStandstill(workload: Workload): string | undefined {
  if (isOnDelete(workload)) return onDeleteStandstill;
  const { replicas, due, partition } = shareOf(workload);
  if (replicas === 0 || due > 0) return undefined;
  return `its partition of ${partition} keeps each of its ${count(replicas, 'pod')} at the old version: lower it first`;
}

/** A rollout replaces the pods at and above the partition, counted from the first ordinal. */
function shareOf(workload: Workload) {
  const spec = objectAt(workload, 'spec');
  const replicas = Number(spec.replicas ?? 1);
  const rollingUpdate = objectAt(objectAt(spec, 'updateStrategy'), 'rollingUpdate');
  const partition = isOnDelete(workload) ? 0 : numberIn(rollingUpdate, 'partition');
  return { replicas, partition, due: Math.max(0, replicas - partition) };
}
