// What policies on trial change, in a sentence each: for the outputs that have no tables.

import { count, number } from '../../text/count.ts';
import type { TrialCounts } from '../trial/counts.ts';
import type { PolicyTrial } from '../trial/policy-trial.ts';
import { policyRows, rowTitle } from './trial-rows.ts';

/** `With these policies, 3 workloads would get other edits than today.` */
export function trialSentence({ changed }: PolicyTrial): string {
  return changed.length === 0
    ? 'With these policies, hitless would write the same edits as today.'
    : `With these policies, ${wouldGetOtherEdits(changed.length)}.`;
}

/** A sentence about the trial as a whole, and one about each policy; none without a trial. */
export function trialSentences(trial: PolicyTrial | undefined): readonly string[] {
  if (trial === undefined) return [];
  const each = policyRows(trial).map((row) => `${rowTitle(row)}: ${effectOf(row.counts)}.`);
  return [trialSentence(trial), ...each];
}

/** `3 workloads would get other edits than today (new edits in 2, edits no longer made in 1)`. */
function effectOf({ workloads, newEdits, otherEdits, droppedEdits }: TrialCounts): string {
  if (workloads === 0) return 'no workload would get other edits than today';
  const parts = [
    ['new edits in', newEdits],
    ['other edits in', otherEdits],
    ['edits no longer made in', droppedEdits],
  ] as const;
  const told = parts.flatMap(([what, amount]) => (amount === 0 ? [] : [`${what} ${number(amount)}`]));
  return `${wouldGetOtherEdits(workloads)} (${told.join(', ')})`;
}

function wouldGetOtherEdits(workloads: number): string {
  return `${count(workloads, 'workload')} would get other edits than today`;
}
