// The API server's validation rules that our fields can break: they are checked after mutation, and a broken one refuses the
// user's request whatever the failurePolicy. Source: kubernetes/kubernetes pkg/apis/{apps,core}/validation/validation.go.

import {
  defaultMaxSurge,
  defaultMaxUnavailable,
  defaultProgressDeadlineSeconds,
  graceSeconds,
  handlersOf,
  hookHandlers,
  probeHandlers,
} from './api-defaults.ts';
import { isZero } from './int-or-percent.ts';
import { containerPath } from './path.ts';
import type { Container, Deployment, DeploymentSpec } from './workload.ts';

export interface Violation {
  readonly path: string;
  /** What is wrong, for the operator. */
  readonly message: string;
}

export function violations({ spec }: Deployment): readonly Violation[] {
  const grace = graceSeconds(spec.template);
  return [
    ...strategy(spec),
    ...deadline(spec),
    ...spec.template.spec.containers.flatMap((container) => hooks(container, grace)),
  ];
}

function strategy({ strategy }: DeploymentSpec): readonly Violation[] {
  const path = 'spec.strategy.rollingUpdate';
  const rolling = strategy?.rollingUpdate;
  if (rolling === undefined || rolling === null) return [];
  if (strategy?.type === 'Recreate') return [{ path, message: 'rollingUpdate is forbidden beside type Recreate' }];
  const { maxUnavailable = defaultMaxUnavailable, maxSurge = defaultMaxSurge } = rolling;
  if (!isZero(maxUnavailable) || !isZero(maxSurge)) return [];
  return [{ path, message: 'maxUnavailable and maxSurge are both 0: no pod could ever be replaced' }];
}

function deadline({
  minReadySeconds = 0,
  progressDeadlineSeconds = defaultProgressDeadlineSeconds,
}: DeploymentSpec): readonly Violation[] {
  if (progressDeadlineSeconds > minReadySeconds) return [];
  const message = `progressDeadlineSeconds ${progressDeadlineSeconds} must be greater than minReadySeconds ${minReadySeconds}`;
  return [{ path: 'spec.progressDeadlineSeconds', message }];
}

function hooks({ name, lifecycle, readinessProbe }: Container, grace: number): readonly Violation[] {
  const preStop = lifecycle?.preStop;
  const path = containerPath(name);
  const seconds = preStop?.sleep?.seconds ?? 0;
  const tooLong = seconds > grace || seconds < 0;
  return [
    ...exactlyOne(`${path}.lifecycle.preStop`, preStop && handlersOf(hookHandlers, preStop)),
    ...exactlyOne(`${path}.readinessProbe`, readinessProbe && handlersOf(probeHandlers, readinessProbe)),
    ...(tooLong
      ? [
          {
            path: `${path}.lifecycle.preStop.sleep`,
            message: `a sleep of ${seconds} s is longer than the grace period of ${grace} s`,
          },
        ]
      : []),
  ];
}

function exactlyOne(path: string, handlers: readonly string[] | undefined): readonly Violation[] {
  if (handlers === undefined || handlers.length === 1) return [];
  const found = handlers.length === 0 ? 'no handler' : `${handlers.length} handlers (${handlers.join(', ')})`;
  return [{ path, message: `${found}, where exactly one is allowed` }];
}
