// The progress of a Deployment's rollout. Source: kubernetes/kubectl pkg/polymorphichelpers/rollout_status.go.

import { type JsonObject, objectAt, objectsAt } from '../json.ts';
import type { Workload } from '../workload.ts';
import type { Progress } from './kind.ts';

export function deploymentProgress(workload: Workload): Progress {
  const status = objectAt(workload, 'status');
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = numbersOf(status);
  const wanted = Number(objectAt(workload, 'spec').replicas ?? 1);
  const seen = observedGeneration >= Number(objectAt(workload, 'metadata').generation ?? 0);
  const conditions = objectsAt(status, 'conditions');
  const late = conditions.find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  if (seen && late !== undefined) return { what: 'failed', detail: `${late.message ?? 'it exceeded its deadline'}` };
  const done = updatedReplicas >= wanted && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
  if (seen && done) return { what: 'complete', detail: `${wanted} of ${wanted} new pods are available` };
  const fresh = seen ? updatedReplicas : 0;
  const refused = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const why = refused === undefined ? '' : `; ${refused.message ?? 'a pod could not be created'}`;
  return { what: 'progressing', detail: `${fresh} of ${wanted} pods are new, ${availableReplicas} available${why}` };
}

function numbersOf(status: JsonObject) {
  const numberAt = (field: string) => Number(status[field] ?? 0);
  return {
    observedGeneration: numberAt('observedGeneration'),
    replicas: numberAt('replicas'),
    updatedReplicas: numberAt('updatedReplicas'),
    availableReplicas: numberAt('availableReplicas'),
  };
}
