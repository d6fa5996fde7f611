// How far a Deployment's rollout is, from how it was before and how it is now: as `kubectl rollout status` sees it.

import { equal } from '../../workload/json.ts';
import type { DeploymentEvent } from './event.ts';
import type { LiveDeployment } from './objects.ts';

type State = Pick<DeploymentEvent, 'what' | 'detail'>;

/** What a `failed` event says of a Deployment that is no more. */
export const deleted = 'it was deleted';

/** `before` is undefined for one that is new to us: then its state is told. A deleted Deployment has failed. */
export function deploymentEvents(
  before: LiveDeployment | undefined,
  now: LiveDeployment | undefined,
  atMs: number,
): DeploymentEvent[] {
  const event = (state: State): DeploymentEvent => ({ kind: 'deployment', ...state, atMs });
  if (now === undefined) return before === undefined ? [] : [event({ what: 'failed', detail: deleted })];
  // Another number of replicas, label or strategy replaces no pod.
  const changed = before !== undefined && !equal(before.spec.template, now.spec.template);
  const state = stateOf(now);
  const was = before === undefined ? undefined : stateOf(before);
  const moved = was?.what !== state.what || was.detail !== state.detail;
  return [
    ...(changed ? [event({ what: 'changed', detail: `generation ${now.metadata.generation ?? '?'}` })] : []),
    ...(moved ? [event(state)] : []),
  ];
}

function stateOf({ metadata, spec, status = {} }: LiveDeployment): State {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0, conditions = [] } = status;
  const wanted = spec.replicas ?? 1;
  const seen = observedGeneration >= (metadata.generation ?? 0);
  const late = conditions.find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  if (seen && late !== undefined) return { what: 'failed', detail: `${late.message ?? 'it exceeded its deadline'}` };
  const done = updatedReplicas >= wanted && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
  if (seen && done) return { what: 'complete', detail: `${wanted} of ${wanted} new pods are available` };
  const fresh = seen ? updatedReplicas : 0;
  const refused = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const why = refused === undefined ? '' : `; ${refused.message ?? 'a pod could not be made'}`;
  return { what: 'progressing', detail: `${fresh} of ${wanted} pods are new, ${availableReplicas} available${why}` };
}
