// The progress of a Deployment's rollout. Source: kubernetes/kubectl pkg/polymorphichelpers/rollout_status.go.

import { type JsonObject, objectAt } from '../json.ts';
import type { Workload } from '../workload.ts';
import { lastRollout } from './last-rollout.ts';
import type { LastRollout, Progress } from './progress.ts';
import { because, conditionsOf, failedCreate, isObserved, numberIn } from './status.ts';

export function deploymentProgress(workload: Workload): Progress {
  const status = objectAt(workload, 'status');
  const { replicas, updatedReplicas, availableReplicas } = numbersOf(status);
  const wanted = Number(objectAt(workload, 'spec').replicas ?? 1);
  const seen = isObserved(workload);
  const conditions = conditionsOf(workload);
  const late = conditions.find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  if (seen && late !== undefined) return { what: 'failed', detail: `${late.message ?? 'it exceeded its deadline'}` };
  const done = updatedReplicas >= wanted && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
  if (seen && done) return { what: 'complete', detail: `${wanted} of ${wanted} new pods are available` };
  const fresh = seen ? updatedReplicas : 0;
  const refused = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const why = refused === undefined ? '' : `; ${refused.message ?? 'a pod could not be created'}`;
  return { what: 'progressing', detail: `${fresh} of ${wanted} pods are new, ${availableReplicas} available${why}` };
}

/** For a controller that has stopped waiting, or that cannot create pods. Source: kubernetes/kubernetes pkg/controller/deployment/progress.go. */
export function lastDeploymentRollout(workload: Workload): LastRollout {
  const status = objectAt(workload, 'status');
  const { replicas, updatedReplicas } = numbersOf(status);
  const conditions = conditionsOf(workload);
  const found = (what: LastRollout['what'], detail?: string) => {
    return lastRollout(what, { pods: replicas, updated: updatedReplicas }, detail);
  };
  if (status.observedGeneration === undefined && conditions.length === 0) return found('unknown');
  if (!isObserved(workload)) return found('underway');
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return found('stuck', 'it exceeded its progress deadline');
  const failed = failedCreate(workload);
  if (failed !== undefined) return found('stuck', `its pods cannot be created${because(failed.message)}`);
  if (progressing === undefined)
    return found(deploymentProgress(workload).what === 'complete' ? 'complete' : 'underway');
  return found(progressing.reason === 'NewReplicaSetAvailable' ? 'complete' : 'underway');
}

function numbersOf(status: JsonObject) {
  return {
    replicas: numberIn(status, 'replicas'),
    updatedReplicas: numberIn(status, 'updatedReplicas'),
    availableReplicas: numberIn(status, 'availableReplicas'),
  };
}
