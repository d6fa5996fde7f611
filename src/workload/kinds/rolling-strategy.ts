// A strategy as Deployments have it, and kinds like them: pods by the limits of a rolling update, or all at once.
// Source of what is refused: kubernetes/kubernetes pkg/apis/apps/validation/validation.go.

import { isZero } from '../int-or-percent.ts';
import type { Json } from '../json.ts';
import { getAt } from '../path.ts';
import type { IntOrPercent, Workload } from '../workload.ts';
import type { Collision, Field, Setting, Strategy, Violation } from './kind.ts';

/** What stands in a workload; undefined for what does not. */
export interface StrategyValues {
  /** True when all pods end before the first new one starts. */
  readonly recreates: boolean;
  readonly rollingUpdate: Json | undefined;
  readonly maxUnavailable: IntOrPercent | undefined;
  readonly maxSurge: IntOrPercent | undefined;
}

export function strategyIn(
  { type, rollingUpdate, maxUnavailable, maxSurge }: Strategy,
  workload: Workload,
): StrategyValues {
  const limit = (at: Setting<IntOrPercent> | undefined) => (at && getAt(workload, at.path)) as IntOrPercent | undefined;
  return {
    recreates: type !== undefined && getAt(workload, type.path) === type.recreate,
    rollingUpdate: getAt(workload, rollingUpdate),
    maxUnavailable: limit(maxUnavailable),
    maxSurge: limit(maxSurge),
  };
}

/** What stands at a setting's path, or what counts where nothing does. */
export function settingIn<V extends Json>({ path, default: byDefault }: Setting<V>, workload: Workload): V {
  return (getAt(workload, path) as V | null | undefined) ?? byDefault;
}

export function strategyFields(strategy: Strategy): readonly Field[] {
  const { maxUnavailable, maxSurge } = strategy;
  const row = ({ path, default: apiDefault }: Setting<IntOrPercent>) =>
    ({ path, type: 'integer or string', apiDefault }) as const;
  const recreate = ({ workload }: Collision) =>
    strategyIn(strategy, workload).recreates ? `the author set type ${strategy.type?.recreate}` : undefined;
  const noRoom = (found: Collision) => {
    const values = strategyIn(strategy, found.workload);
    return isZero(values.maxUnavailable) && isZero(values.maxSurge) ? 'the author set maxSurge 0' : undefined;
  };
  return [
    { ...row(maxUnavailable), collides: (found) => recreate(found) ?? noRoom(found) },
    ...(maxSurge === undefined ? [] : [{ ...row(maxSurge), collides: recreate }]),
  ];
}

export function strategyViolations(strategy: Strategy, workload: Workload): readonly Violation[] {
  const path = strategy.rollingUpdate;
  const { recreates, rollingUpdate, ...limits } = strategyIn(strategy, workload);
  if (rollingUpdate === undefined || rollingUpdate === null) return [];
  if (recreates) return [{ path, message: `rollingUpdate is forbidden beside type ${strategy.type?.recreate}` }];
  const { maxUnavailable = strategy.maxUnavailable.default, maxSurge = strategy.maxSurge?.default } = limits;
  if (!isZero(maxUnavailable) || !isZero(maxSurge)) return [];
  return [{ path, message: 'maxUnavailable and maxSurge are both 0: no pod could ever be replaced' }];
}
