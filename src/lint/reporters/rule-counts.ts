// How many findings each rule has, and in how many workloads.

import type { Severity } from '../../rules/finding.ts';
import type { JudgedWorkload } from '../diagnostic.ts';
import { countBySeverity } from '../result.ts';

export interface RuleCounts {
  readonly rule: string;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly workloads: number;
}

/** Rules with findings: most errors first, then most warnings, then most notes. */
export function countByRule(judged: readonly JudgedWorkload[]): readonly RuleCounts[] {
  const found = judged.flatMap((workload) => workload.diagnostics.map((one) => ({ ...one, workload })));
  return Array.from(
    Map.groupBy(found, ({ rule }) => rule),
    ([rule, own]) => ({
      rule,
      counts: countBySeverity(own),
      workloads: new Set(own.map(({ workload }) => workload)).size,
    }),
  ).sort(bySeverity);
}

function bySeverity(a: RuleCounts, b: RuleCounts): number {
  return (
    b.counts.error - a.counts.error ||
    b.counts.warning - a.counts.warning ||
    b.counts.note - a.counts.note ||
    (a.rule < b.rule ? -1 : 1)
  );
}
