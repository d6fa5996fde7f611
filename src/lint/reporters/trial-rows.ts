// The rows of the tables that say what policies on trial change.

import { count, number } from '../../text/count.ts';
import {
  countTrialByNamespace,
  countTrialByPolicy,
  type PolicyTrialCounts,
  type TrialCounts,
} from '../trial/counts.ts';
import type { PolicyFate, PolicyTrial } from '../trial/policy-trial.ts';

export const trialColumns = ['workloads', 'new edits', 'other edits', 'no longer made'] as const;

const fateWords: Readonly<Record<PolicyFate, string>> = {
  added: 'is added',
  replaced: "replaces the cluster's",
  removed: 'is left out',
};

export interface TrialRow {
  readonly name: string;
  /** What becomes of a policy. */
  readonly fate?: string;
  readonly counts: TrialCounts;
}

/** `ClusterRolloutPolicy web is added`, or the name of a namespace. */
export function rowTitle({ name, fate }: TrialRow): string {
  return fate === undefined ? name : `${name} ${fate}`;
}

/** In the order of `trialColumns`. */
export function cellsOf({ counts }: TrialRow): readonly string[] {
  const { workloads, newEdits, otherEdits, droppedEdits } = counts;
  return [workloads, newEdits, otherEdits, droppedEdits].map(number);
}

/** Of the policies that are left out only those with an effect; of several clusters their sum. */
export function policyRows(trial: PolicyTrial): readonly TrialRow[] {
  const rows = Map.groupBy(countTrialByPolicy(trial), ({ policy, fate }) => `${policy} ${fate}`);
  return [...rows.values()].flatMap((own) => {
    const [{ policy, fate, cluster }] = own as [PolicyTrialCounts];
    const counts = own.reduce(sumOf, nothing);
    const where = cluster === undefined ? '' : ` in ${count(own.length, 'cluster')}`;
    return fate === 'removed' && counts.workloads === 0
      ? []
      : [{ name: policy, fate: `${fateWords[fate]}${where}`, counts }];
  });
}

const nothing: TrialCounts = { workloads: 0, newEdits: 0, otherEdits: 0, droppedEdits: 0 };

/** Of different workloads. */
function sumOf(a: TrialCounts, b: TrialCounts): TrialCounts {
  return {
    workloads: a.workloads + b.workloads,
    newEdits: a.newEdits + b.newEdits,
    otherEdits: a.otherEdits + b.otherEdits,
    droppedEdits: a.droppedEdits + b.droppedEdits,
  };
}

export function namespaceRows(trial: PolicyTrial): readonly TrialRow[] {
  return countTrialByNamespace(trial).map(({ name, ...counts }) => ({ name, counts }));
}
