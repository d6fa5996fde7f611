// How many findings each rule has, in how many workloads, and how many of it were accepted.

import type { Severity } from '../../rules/finding.ts';
import type { JudgedWorkload } from '../diagnostic.ts';

export interface RuleCounts {
  readonly rule: string;
  readonly counts: Readonly<Record<Severity, number>>;
  /** Those with a finding that counts. */
  readonly workloads: number;
  readonly ignored: number;
}

interface Counting {
  readonly counts: Record<Severity, number>;
  workloads: number;
  ignored: number;
  last?: JudgedWorkload;
}

/** Rules with findings: most errors first, then most warnings, then most notes, then most that are ignored. */
export function countByRule(judged: Iterable<JudgedWorkload>): readonly RuleCounts[] {
  const byRule = new Map<string, Counting>();
  const countingOf = (rule: string) => {
    const own = byRule.get(rule) ?? { counts: { error: 0, warning: 0, note: 0 }, workloads: 0, ignored: 0 };
    byRule.set(rule, own);
    return own;
  };
  for (const workload of judged) {
    for (const { rule, severity } of workload.diagnostics) {
      const own = countingOf(rule);
      own.counts[severity] += 1;
      if (own.last !== workload) own.workloads += 1;
      own.last = workload;
    }
    for (const { rule } of workload.ignored ?? []) countingOf(rule).ignored += 1;
  }
  return Array.from(byRule, ([rule, { last: _, ...counted }]) => ({ rule, ...counted })).sort(bySeverity);
}

function bySeverity(a: RuleCounts, b: RuleCounts): number {
  return (
    b.counts.error - a.counts.error ||
    b.counts.warning - a.counts.warning ||
    b.counts.note - a.counts.note ||
    b.ignored - a.ignored ||
    (a.rule < b.rule ? -1 : 1)
  );
}
