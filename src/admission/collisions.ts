// Past injections that would make the author's new document invalid. The API server validates after us: if they stayed,
// it would refuse the author's own edit.

import { apiDefault } from '../workload/api-defaults.ts';
import type { Evidence } from '../workload/authorship.ts';
import { isZero } from '../workload/int-or-percent.ts';
import { equal, isObject } from '../workload/json.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { limitsIn, recreates } from '../workload/kinds/rolling-strategy.ts';
import { getAt, parentPath, removeAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';

export interface Withdrawal {
  readonly path: string;
  /** `the author set maxSurge 0`. */
  readonly reason: string;
}

/** The fields of `ours` that collide with what the author wrote into `received`. */
export function collisions(kind: WorkloadKind, received: Workload, ours: readonly string[]): readonly Withdrawal[] {
  const template = kind.templateOf(received);
  return ours.flatMap((path) => {
    const parent = getAt(received, parentPath(path));
    const reason = kind.fieldAt(path)?.collides?.({ workload: received, template, parent });
    return reason === undefined ? [] : [{ path, reason }];
  });
}

/**
 * Those of `ours` without which the API server would refuse what the author wrote beside them: one limit of a DaemonSet must be 0. Once
 * nothing is ours any more they stay, as the author's.
 */
export function neededBy(kind: WorkloadKind, received: Workload, ours: readonly string[]): readonly string[] {
  const { strategy } = kind;
  if (strategy?.exclusive !== true || strategy.maxSurge === undefined) return [];
  const { maxUnavailable, maxSurge } = strategy;
  if (!ours.includes(maxUnavailable.path) || ours.includes(maxSurge.path)) return [];
  return isZero(limitsIn(strategy, received).maxSurge ?? 0) ? [] : [maxUnavailable.path];
}

/** A server-side apply of type Recreate leaves the stored rollingUpdate behind, and the API server then refuses the pair. */
export function dropStrayRollingUpdate(kind: WorkloadKind, document: Workload, evidence: Evidence): Workload {
  const { strategy } = kind;
  if (strategy === undefined || !recreates(strategy, document)) return document;
  const rollingUpdate = getAt(document, strategy.rollingUpdate);
  if (rollingUpdate === undefined || evidence.applied(strategy.rollingUpdate)) return document;
  const defaulted = Object.entries(isObject(rollingUpdate) ? rollingUpdate : {}).every(([field, value]) =>
    equal(value, apiDefault(kind, `${strategy.rollingUpdate}.${field}`)),
  );
  return defaulted ? removeAt(document, strategy.rollingUpdate) : document;
}
