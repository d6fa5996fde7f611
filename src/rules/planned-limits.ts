// The limits of a rolling update as they are, as the policy wants them, and whether that makes a difference.

import type { PolicySpec } from '../policy/policy.ts';
import { isZero } from '../workload/int-or-percent.ts';
import type { Limit } from '../workload/kinds/kind.ts';
import { limitsIn, type WrittenLimits } from '../workload/kinds/rolling-strategy.ts';
import type { IntOrPercent } from '../workload/workload.ts';
import type { Change } from './finding.ts';
import {
  podCount,
  podLimits,
  type Replicas,
  type RollingLimits,
  replicasOfRollout,
  type SurgingStrategy,
} from './limits.ts';
import type { Subject } from './rule.ts';

/** A subject whose kind replaces pods by limits and can start new pods before the old ones go. */
export interface Rolling extends Subject {
  readonly strategy: SurgingStrategy;
  /** The limits that are written in it. */
  readonly now: WrittenLimits;
  readonly replicas: Replicas;
}

export function rollingOf(subject: Subject, strategy: SurgingStrategy): Rolling {
  return { ...subject, strategy, now: limitsIn(strategy, subject.workload), replicas: replicasOfRollout(subject) };
}

/** The limits that count after `changes`. */
export function effective({ strategy, now }: Rolling, changes: readonly Change[]): RollingLimits {
  const { maxUnavailable, maxSurge } = strategy;
  const changed = (at: string) => changes.find((change) => change.path === at)?.value as IntOrPercent | undefined;
  return {
    maxUnavailable: changed(maxUnavailable.path) ?? now.maxUnavailable ?? maxUnavailable.default,
    maxSurge: changed(maxSurge.path) ?? now.maxSurge ?? maxSurge.default,
  };
}

/**
 * Fills what the author did not write, where it makes a difference; under enforce it also replaces an author's maxUnavailable, unless
 * maxSurge 0 needs it.
 */
export function wanted({ strategy, now, policy, replicas, written }: Rolling): readonly Change[] {
  const { action, maxUnavailable } = policy.rollingUpdate;
  const own = written(strategy.maxUnavailable.path) ? now.maxUnavailable : undefined;
  const maxSurge = surgeWanted(strategy, policy.rollingUpdate, own);
  if (maxSurge === undefined) return [];
  const surge = written(strategy.maxSurge.path) ? (now.maxSurge ?? maxSurge) : maxSurge;
  const mayEdit = !written(strategy.maxUnavailable.path) || (action === 'enforce' && isZero(maxUnavailable));
  if (!mayEdit || (isZero(surge) && isZero(maxUnavailable))) return [];
  const both = [
    { limit: strategy.maxUnavailable, value: maxUnavailable, now: now.maxUnavailable },
    { limit: strategy.maxSurge, value: surge, now: now.maxSurge },
  ];
  return both
    .filter(({ limit, value, now: found }) => !isSame(limit, [found ?? limit.default, value], replicas))
    .map(({ limit: { path }, value }) => ({ path, value }));
}

/**
 * Where one of the limits must be 0, a policy that lets pods go first asks for what is there. A percentage of the policy's would be one of all
 * nodes; what the author allowed to be missing may as well be added, so that a rollout takes no longer.
 */
function surgeWanted(
  { exclusive }: SurgingStrategy,
  { maxUnavailable, maxSurge }: PolicySpec['rollingUpdate'],
  own: IntOrPercent | undefined,
): IntOrPercent | undefined {
  if (exclusive !== true) return maxSurge;
  if (!isZero(maxUnavailable)) return undefined;
  if (own !== undefined && !isZero(own)) return own;
  return typeof maxSurge === 'number' ? Math.max(1, maxSurge) : 1;
}

/** True when both values mean as many pods. */
function isSame(limit: Limit, [a, b]: readonly [IntOrPercent, IntOrPercent], { least, most }: Replicas): boolean {
  return a === b || [least, most].every((count) => podCount(limit, a, count) === podCount(limit, b, count));
}

/** True when a rollout may have to wait for a surge pod, because no old pod goes before. */
export function waitsForSurge({ strategy, replicas }: Rolling, limits: RollingLimits): boolean {
  return [replicas.least, replicas.most].some((count) => podLimits(strategy, limits, count).unavailable === 0);
}
