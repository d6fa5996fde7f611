// The numbers of a trial: how many workloads would get other edits, in all, by policy and by namespace.

import { homeOf } from '../object-reference.ts';
import type { EditEffect } from './changed-edits.ts';
import type { ChangedWorkload, PolicyTrial, TriedPolicy } from './policy-trial.ts';

/** Workloads; one with several edits can count in several of the last three. */
export interface TrialCounts {
  readonly workloads: number;
  readonly newEdits: number;
  readonly otherEdits: number;
  readonly droppedEdits: number;
}

export function countTrial(changed: readonly ChangedWorkload[]): TrialCounts {
  const having = (effect: EditEffect) =>
    changed.filter(({ edits }) => edits.some((one) => one.effect === effect)).length;
  return {
    workloads: changed.length,
    newEdits: having('new'),
    otherEdits: having('other'),
    droppedEdits: having('dropped'),
  };
}

export interface PolicyTrialCounts extends TriedPolicy, TrialCounts {}

/** In the order of the policies: those that are tried, then those that the trial leaves out. */
export function countTrialByPolicy({ policies, changed }: PolicyTrial): readonly PolicyTrialCounts[] {
  const byCluster = Map.groupBy(changed, ({ object }) => object.cluster);
  return policies.map((one) => {
    const own = (byCluster.get(one.cluster) ?? []).filter((each) => each.policies.includes(one.policy));
    return { ...one, ...countTrial(own) };
  });
}

export interface NamespaceTrialCounts extends TrialCounts {
  /** Below its cluster where there are several. */
  readonly name: string;
}

/** In the order of the workloads' namespaces. */
export function countTrialByNamespace({ changed }: PolicyTrial): readonly NamespaceTrialCounts[] {
  const groups = Map.groupBy(changed, ({ object }) => homeOf(object));
  return Array.from(groups, ([name, own]) => ({ name, ...countTrial(own) })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
