// Past injections that would make the author's new document invalid. The API server validates after us: left in place they
// would refuse the author's own edit.

import {
  apiDefault,
  defaultProgressDeadlineSeconds,
  graceSeconds,
  handlersOf,
  hookHandlers,
  probeHandlers,
} from '../workload/api-defaults.ts';
import type { Evidence } from '../workload/authorship.ts';
import { isZero } from '../workload/int-or-percent.ts';
import { equal } from '../workload/json.ts';
import { getAt, parentPath, removeAt } from '../workload/path.ts';
import type { Deployment, PreStop, Probe } from '../workload/workload.ts';

const rollingUpdatePath = 'spec.strategy.rollingUpdate';

export interface Withdrawal {
  readonly path: string;
  /** `the author set maxSurge 0`. */
  readonly reason: string;
}

/** Those of `ours` that collide with what the author wrote into `received`. */
export function collisions(received: Deployment, ours: readonly string[]): readonly Withdrawal[] {
  return ours.flatMap((path) => {
    const reason = collision(received, path);
    return reason === undefined ? [] : [{ path, reason }];
  });
}

function collision(received: Deployment, path: string): string | undefined {
  const parent = getAt(received, parentPath(path));
  if (path.includes('.lifecycle.preStop.')) return hookCollision(received, path, parent as PreStop);
  if (path.includes('.readinessProbe.')) {
    return handlersOf(probeHandlers, parent as Probe).length > 1 ? 'the author wrote another probe handler' : undefined;
  }
  if (path.startsWith(rollingUpdatePath)) return strategyCollision(received, path);
  const { minReadySeconds = 0, progressDeadlineSeconds = defaultProgressDeadlineSeconds } = received.spec;
  if (path !== 'spec.minReadySeconds' || minReadySeconds < progressDeadlineSeconds) return undefined;
  return `the author set progressDeadlineSeconds ${progressDeadlineSeconds}`;
}

function hookCollision({ spec }: Deployment, path: string, preStop: PreStop): string | undefined {
  if (handlersOf(hookHandlers, preStop).length > 1) return 'the author wrote another preStop handler';
  const grace = graceSeconds(spec.template);
  return path.endsWith('.sleep') && (preStop.sleep?.seconds ?? 0) > grace
    ? `the author set a grace period of ${grace} s`
    : undefined;
}

function strategyCollision({ spec: { strategy } }: Deployment, path: string): string | undefined {
  if (strategy?.type === 'Recreate') return 'the author set type Recreate';
  const { maxUnavailable, maxSurge } = strategy?.rollingUpdate ?? {};
  return path.endsWith('.maxUnavailable') && isZero(maxUnavailable) && isZero(maxSurge)
    ? 'the author set maxSurge 0'
    : undefined;
}

/** A server-side apply of type Recreate leaves the stored rollingUpdate behind, and the API server then refuses the pair. */
export function dropStrayRollingUpdate(document: Deployment, evidence: Evidence): Deployment {
  const { type, rollingUpdate } = document.spec.strategy ?? {};
  if (type !== 'Recreate' || rollingUpdate === undefined || evidence.applied(rollingUpdatePath)) return document;
  const defaulted = Object.entries(rollingUpdate).every(([field, value]) =>
    equal(value, apiDefault(`${rollingUpdatePath}.${field}`)),
  );
  return defaulted ? removeAt(document, rollingUpdatePath) : document;
}
