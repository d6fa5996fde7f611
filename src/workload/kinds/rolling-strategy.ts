// The strategy of Deployments and similar kinds: pods are replaced by the limits of a rolling update, or all at once.
// Source of the violations: kubernetes/kubernetes pkg/apis/apps/validation/validation.go.

import { isZero } from '../int-or-percent.ts';
import type { Json } from '../json.ts';
import { getAt } from '../path.ts';
import type { IntOrPercent, Workload } from '../workload.ts';
import type { Collision, Field, Limit, Setting, Strategy, Violation } from './kind.ts';

/** The limits written in a workload; undefined for one that is not written. */
export interface WrittenLimits {
  readonly maxUnavailable: IntOrPercent | undefined;
  readonly maxSurge: IntOrPercent | undefined;
}

export function limitsIn({ maxUnavailable, maxSurge }: Strategy, workload: Workload): WrittenLimits {
  return { maxUnavailable: limitAt(maxUnavailable, workload), maxSurge: maxSurge && limitAt(maxSurge, workload) };
}

function limitAt({ path }: Limit, workload: Workload): IntOrPercent | undefined {
  return getAt(workload, path) as IntOrPercent | undefined;
}

/** True when all pods end before the first new one starts. */
export function recreates({ type }: Strategy, workload: Workload): boolean {
  return type !== undefined && getAt(workload, type.path) === type.recreate;
}

/** The value at a setting's path, or its default. */
export function settingIn<V extends Json>({ path, default: byDefault }: Setting<V>, workload: Workload): V {
  return (getAt(workload, path) as V | null | undefined) ?? byDefault;
}

export function strategyFields(strategy: Strategy): readonly Field[] {
  const { maxUnavailable, maxSurge } = strategy;
  const row = ({ path, default: apiDefault }: Setting<IntOrPercent>) =>
    ({ path, type: 'integer or string', apiDefault }) as const;
  const recreate = ({ workload }: Collision) =>
    recreates(strategy, workload) ? `the author set type ${strategy.type?.recreate}` : undefined;
  const noRoom = ({ workload }: Collision) => {
    const limits = limitsIn(strategy, workload);
    return isZero(limits.maxUnavailable) && isZero(limits.maxSurge) ? 'the author set maxSurge 0' : undefined;
  };
  const both = ({ workload }: Collision) => {
    const { maxUnavailable: down, maxSurge: up } = limitsIn(strategy, workload);
    const isTwice = strategy.exclusive === true && !isAbsentOrZero(down) && !isAbsentOrZero(up);
    return isTwice ? `the author set maxUnavailable ${down}` : undefined;
  };
  return [
    { ...row(maxUnavailable), collides: (found) => recreate(found) ?? noRoom(found) },
    ...(maxSurge === undefined
      ? []
      : [{ ...row(maxSurge), collides: (found: Collision) => recreate(found) ?? both(found) }]),
  ];
}

function isAbsentOrZero(limit: IntOrPercent | undefined): boolean {
  return limit === undefined || isZero(limit);
}

export function strategyViolations(strategy: Strategy, workload: Workload): readonly Violation[] {
  const path = strategy.rollingUpdate;
  const rollingUpdate = getAt(workload, path);
  if (rollingUpdate === undefined || rollingUpdate === null) return [];
  if (recreates(strategy, workload))
    return [{ path, message: `rollingUpdate is forbidden beside type ${strategy.type?.recreate}` }];
  const limits = limitsIn(strategy, workload);
  const { maxUnavailable = strategy.maxUnavailable.default, maxSurge = strategy.maxSurge?.default } = limits;
  if (isZero(maxUnavailable) && isZero(maxSurge))
    return [{ path, message: 'maxUnavailable and maxSurge are both 0: no pod could ever be replaced' }];
  const isTwice = strategy.exclusive === true && !isZero(maxUnavailable) && !isZero(maxSurge);
  return isTwice ? [{ path, message: 'one of maxUnavailable and maxSurge must be 0' }] : [];
}
