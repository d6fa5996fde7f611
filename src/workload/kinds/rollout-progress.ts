// The progress of an Argo Rollout. Source: argoproj/argo-rollouts v1.9.1 utils/rollout/rolloututil.go (GetRolloutPhase), which
// `kubectl argo rollouts status` uses as well; utils/conditions/conditions.go; utils/defaults/defaults.go.

import { equal, type JsonObject, objectAt, objectsAt } from '../json.ts';
import type { Workload } from '../workload.ts';
import { lastRollout } from './last-rollout.ts';
import type { LastRollout, Progress } from './progress.ts';
import { pauseOf } from './rollout-pause.ts';
import { because, conditionsOf, failedCreate, isObserved, numberIn } from './status.ts';

export function rolloutProgress(workload: Workload): Progress {
  const status = objectAt(workload, 'status');
  const unseen = unseenChange(workload);
  if (unseen !== undefined) return { what: 'progressing', detail: unseen };
  const message = typeof status.message === 'string' ? status.message : '';
  switch (status.phase) {
    case 'Healthy': {
      const wanted = replicasOf(workload);
      const oldPods = Math.max(0, numberIn(status, 'replicas') - numberIn(status, 'updatedReplicas'));
      const detail = `${wanted} of ${wanted} new pods are available`;
      return { what: 'complete', detail, ...(oldPods > 0 && { oldPods }) };
    }
    case 'Degraded':
      return { what: 'failed', detail: message === '' ? 'its phase is Degraded' : message };
    case 'Paused':
      return { what: 'progressing', detail: `${numbersText(workload)}; ${pauseOf(workload)}`, waits: true };
    default: {
      const refused = failedCreate(workload)?.message ?? message;
      return { what: 'progressing', detail: `${numbersText(workload)}${refused === '' ? '' : `; ${refused}`}` };
    }
  }
}

/** For a controller that has stopped waiting, that refuses the spec, or that cannot create pods. */
export function lastArgoRollout(workload: Workload): LastRollout {
  const status = objectAt(workload, 'status');
  const numbers = { pods: numberIn(status, 'replicas'), updated: numberIn(status, 'updatedReplicas') };
  const found = (what: LastRollout['what'], detail?: string) => lastRollout(what, numbers, detail);
  if (status.observedGeneration === undefined && status.phase === undefined) return found('unknown');
  if (unseenChange(workload) !== undefined) return found('underway');
  const invalid = conditionsOf(workload).find(({ type, status: is }) => type === 'InvalidSpec' && is === 'True');
  if (invalid !== undefined) return found('stuck', `its controller refuses its spec${because(invalid.message)}`);
  const failed = failedCreate(workload);
  if (failed !== undefined) return found('stuck', `its pods cannot be created${because(failed.message)}`);
  const progressing = conditionsOf(workload).find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return found('stuck', 'it exceeded its progress deadline');
  // An aborted one has its old pods back, and waits for the next version or a retry.
  return found(status.phase === 'Healthy' ? 'complete' : 'underway');
}

/**
 * A change of the pod template, or of the time of a restart. The template of a workloadRef is in another object: its changes show
 * in the hash of the template that the controller last read.
 */
export function startsArgoRollout(before: Workload, now: Workload): boolean {
  const [old, next] = [objectAt(before, 'spec'), objectAt(now, 'spec')];
  if (next.restartAt !== undefined && old.restartAt !== next.restartAt) return true;
  if (next.workloadRef === undefined) return !equal(old.template, next.template);
  const [oldHash, hash] = [before, now].map((one) => objectAt(one, 'status').currentPodHash);
  return oldHash !== undefined && hash !== oldHash;
}

// Longer than that, nobody wants to hold a load.
const longestDelaySeconds = 3600;

/** Why a change would replace no pod, or its old pods would stay for too long; undefined where neither. */
export function argoRolloutStandstill(workload: Workload): string | undefined {
  if (objectAt(workload, 'spec').paused === true)
    return 'it is paused, so no rollout begins: set spec.paused to false first';
  const seconds = scaleDownDelaySeconds(workload);
  if (seconds <= longestDelaySeconds) return undefined;
  return `its scaleDownDelaySeconds of ${seconds} keeps the old pods for that long after each rollout: measure with at most ${longestDelaySeconds}`;
}

export const defaultScaleDownDelaySeconds = 30;

/** How long old pods stay after the last step; 0 where they go as the new ones come. */
export function scaleDownDelaySeconds(workload: Workload): number {
  const { blueGreen, canary } = strategiesOf(workload);
  const isRouted = canary.trafficRouting !== undefined && canary.dynamicStableScale !== true;
  const delaying = blueGreen ?? (isRouted ? canary : undefined);
  if (delaying === undefined) return 0;
  if (delaying.scaleDownDelaySeconds === undefined) return defaultScaleDownDelaySeconds;
  return numberIn(delaying, 'scaleDownDelaySeconds');
}

function strategiesOf(workload: Workload): { readonly blueGreen: JsonObject | undefined; readonly canary: JsonObject } {
  const strategy = objectAt(objectAt(workload, 'spec'), 'strategy');
  const blueGreen = strategy.blueGreen === undefined ? undefined : objectAt(strategy, 'blueGreen');
  return { blueGreen, canary: objectAt(strategy, 'canary') };
}

/** What its controller has not seen, or not acted on, so that the phase is that of an earlier state. */
function unseenChange(workload: Workload): string | undefined {
  const status = objectAt(workload, 'status');
  if (!isObserved(workload) || status.phase === undefined) return 'its controller has not seen the change yet';
  // Somebody has removed the reasons of a pause.
  if (status.controllerPause === true && objectsAt(status, 'pauseConditions').length === 0) return 'its pause ends';
  if (objectAt(workload, 'spec').workloadRef === undefined) return undefined;
  const generation = objectAt(objectAt(workload, 'metadata'), 'annotations')[workloadGeneration];
  const isUnread = generation !== undefined && generation !== status.workloadObservedGeneration;
  return isUnread ? 'its controller has not read the changed template yet' : undefined;
}

const workloadGeneration = 'rollout.argoproj.io/workload-generation';

function numbersText(workload: Workload): string {
  const status = objectAt(workload, 'status');
  const updated = numberIn(status, 'updatedReplicas');
  return `${updated} of ${replicasOf(workload)} pods are new, ${numberIn(status, 'availableReplicas')} available`;
}

function replicasOf(workload: Workload): number {
  return Number(objectAt(workload, 'spec').replicas ?? 1);
}
