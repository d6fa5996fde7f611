// Where a paused Argo Rollout stands, and what it waits for. Source: argoproj/argo-rollouts v1.9.1 rollout/pause.go.

import { type JsonObject, objectAt, objectsAt } from '../json.ts';
import type { Workload } from '../workload.ts';
import { numberIn } from './status.ts';

/** `paused at step 2 of 5 until somebody promotes it`. */
export function pauseOf(workload: Workload): string {
  const spec = objectAt(workload, 'spec');
  if (spec.paused === true) return 'paused by spec.paused';
  const strategy = objectAt(spec, 'strategy');
  const [condition] = objectsAt(objectAt(workload, 'status'), 'pauseConditions');
  switch (condition?.reason) {
    case 'CanaryPauseStep':
      return stepPause(objectsAt(objectAt(strategy, 'canary'), 'steps'), objectAt(workload, 'status'));
    case 'BlueGreenPause': {
      const seconds = numberIn(objectAt(strategy, 'blueGreen'), 'autoPromotionSeconds');
      return `paused before the Service switches${seconds > 0 ? `, for ${seconds} s` : untilPromoted}`;
    }
    case 'InconclusiveAnalysisRun':
    case 'InconclusiveExperiment':
      return `paused because an analysis was inconclusive${untilPromoted}`;
    default:
      return 'paused';
  }
}

const untilPromoted = ' until somebody promotes it';

function stepPause(steps: readonly JsonObject[], status: JsonObject): string {
  const index = numberIn(status, 'currentStepIndex');
  const { duration } = objectAt(steps[index] ?? {}, 'pause');
  const until = duration === undefined ? untilPromoted : `, for ${seconds(duration)}`;
  return `paused at step ${index + 1} of ${steps.length}${until}`;
}

/** A number of seconds, or a duration of Go such as `1h`. */
function seconds(duration: unknown): string {
  return /^\d+$/.test(`${duration}`) ? `${duration} s` : `${duration}`;
}
