// The progress of a DaemonSet's rollout. Source: kubernetes/kubectl pkg/polymorphichelpers/rollout_status.go,
// kubernetes/kubernetes pkg/controller/daemon/daemon_controller.go. Its status has no conditions and no deadline, so a rollout that
// is stuck looks like one that is slow.

import { objectAt } from '../json.ts';
import type { Workload } from '../workload.ts';
import { lastByProgress } from './last-rollout.ts';
import { isOnDelete, onDeleteStandstill, waitsForDeletion } from './on-delete.ts';
import type { LastRollout, Progress } from './progress.ts';
import { isObserved, numberIn } from './status.ts';

export function daemonSetProgress(workload: Workload): Progress {
  const status = objectAt(workload, 'status');
  if (!isObserved(workload) || status.observedGeneration === undefined)
    return { what: 'progressing', detail: 'its controller has not seen the change yet' };
  const { nodes, updated, available } = numbersOf(workload);
  if (nodes === 0) return { what: 'complete', detail: 'it runs on no node' };
  if (updated >= nodes && available >= nodes)
    return { what: 'complete', detail: `${nodes} of ${nodes} nodes have a new pod that is available` };
  const detail = `${updated} of ${nodes} nodes have a new pod, ${available} an available one`;
  if (!isOnDelete(workload) || updated >= nodes) return { what: 'progressing', detail };
  return { what: 'progressing', detail: `${detail}; ${waitsForDeletion}`, waits: true };
}

export function lastDaemonSetRollout(workload: Workload): LastRollout {
  return lastByProgress(workload, daemonSetProgress(workload), numbersOf(workload));
}

/** Why a change of the template replaces no pod, and what to do; undefined where it does. */
export function daemonSetStandstill(workload: Workload): string | undefined {
  if (isOnDelete(workload)) return onDeleteStandstill;
  const isUnknown = objectAt(workload, 'status').observedGeneration === undefined;
  if (isUnknown || !isObserved(workload) || numbersOf(workload).nodes > 0) return undefined;
  return 'it runs on no node, so nothing rolls and nothing answers: check its nodeSelector, affinity and tolerations first';
}

function numbersOf(workload: Workload) {
  const status = objectAt(workload, 'status');
  return {
    /** On which it should run. */
    nodes: numberIn(status, 'desiredNumberScheduled'),
    /** One for each node that has one. */
    pods: numberIn(status, 'currentNumberScheduled'),
    updated: numberIn(status, 'updatedNumberScheduled'),
    available: numberIn(status, 'numberAvailable'),
  };
}
