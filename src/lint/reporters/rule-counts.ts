// How many findings each rule has, and in how many workloads.

import type { Severity } from '../../rules/finding.ts';
import type { JudgedWorkload } from '../diagnostic.ts';

export interface RuleCounts {
  readonly rule: string;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly workloads: number;
}

/** Rules with findings: most errors first, then most warnings, then most notes. */
export function countByRule(judged: Iterable<JudgedWorkload>): readonly RuleCounts[] {
  const byRule = new Map<string, { counts: Record<Severity, number>; workloads: number; last?: JudgedWorkload }>();
  for (const workload of judged)
    for (const { rule, severity } of workload.diagnostics) {
      const own = byRule.get(rule) ?? { counts: { error: 0, warning: 0, note: 0 }, workloads: 0 };
      byRule.set(rule, own);
      own.counts[severity] += 1;
      if (own.last !== workload) own.workloads += 1;
      own.last = workload;
    }
  return Array.from(byRule, ([rule, { counts, workloads }]) => ({ rule, counts, workloads })).sort(bySeverity);
}

function bySeverity(a: RuleCounts, b: RuleCounts): number {
  return (
    b.counts.error - a.counts.error ||
    b.counts.warning - a.counts.warning ||
    b.counts.note - a.counts.note ||
    (a.rule < b.rule ? -1 : 1)
  );
}
