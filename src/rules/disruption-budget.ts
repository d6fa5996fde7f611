// PodDisruptionBudgets around the pods: a drain of a node evicts all replicas at once without one, and waits for ever with one that
// allows no eviction. Silent where budgets are not known, as in the webhook.

import type { PodDisruptionBudget } from '../workload/neighbours.ts';
import type { IntOrPercent } from '../workload/workload.ts';
import { podCount, replicasOf } from './limits.ts';
import type { Subject } from './rule.ts';

/** A sentence, or undefined when all is well. */
export function disruptionProblem(subject: Subject): string | undefined {
  const { kind, surroundings } = subject;
  if (kind.replicas === undefined || !surroundings.knows('PodDisruptionBudget')) return undefined;
  const { least, most } = replicasOf(subject);
  if (most === 0) return undefined;
  const budgets = surroundings.budgets();
  if (budgets.length > 1) {
    const names = budgets
      .slice(0, 3)
      .map(({ name }) => name)
      .join(', ');
    return `${budgets.length} PodDisruptionBudgets select these pods (${names}): the eviction API refuses every eviction then, and node drains wait for ever. Keep one`;
  }
  const [budget] = budgets;
  if (budget === undefined) return least > 1 ? unprotected(least) : undefined;
  const isStuck = [least, most].every((count) => evictable(budget, count) <= 0);
  return isStuck ? undrainable(budget, most) : undefined;
}

function unprotected(least: number): string {
  return `no PodDisruptionBudget selects these pods: the drain of a node may evict several of the ${least} at once. Add one with maxUnavailable 1`;
}

function undrainable({ name, minAvailable, maxUnavailable }: PodDisruptionBudget, most: number): string {
  const limit = maxUnavailable === undefined ? `minAvailable ${minAvailable ?? 1}` : `maxUnavailable ${maxUnavailable}`;
  const cure = most === 1 ? 'Use maxUnavailable 1, or two replicas' : 'Use maxUnavailable 1';
  const pods = most === 1 ? 'the only pod' : `none of the ${most} pods`;
  const may = most === 1 ? 'may never be evicted' : 'may ever be evicted';
  return `PodDisruptionBudget ${name} (${limit}) stops every drain: ${pods} ${may}. ${cure}`;
}

/** Both percentages are rounded up. Source: kubernetes/kubernetes pkg/controller/disruption/disruption.go, getExpectedPodCount. */
function evictable({ minAvailable, maxUnavailable }: PodDisruptionBudget, count: number): number {
  const of = (value: IntOrPercent) => podCount(roundedUp, value, count);
  if (maxUnavailable !== undefined) return of(maxUnavailable);
  // Without either the API server's default is one pod that must stay.
  return count - of(minAvailable ?? 1);
}

const roundedUp = { rounded: 'up' } as const;
