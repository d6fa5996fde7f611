// What the page shows: counts of everything, and the findings themselves as far as a browser is quick with them, the worst first.

import type { Severity } from '../../../rules/finding.ts';
import { homeOf, type ObjectReference, objectTitle } from '../../object-reference.ts';
import { type FindingsReport, type FoundDiagnostic, foundIn, ignoredIn, judgedIn, reportTotals } from '../../report.ts';
import { countBySeverity, severities } from '../../result.ts';
import { countByRule, type RuleCounts } from '../rule-counts.ts';
import type { Totals } from '../totals.ts';

type Counts = Readonly<Record<Severity, number>>;

export interface NamespaceCounts {
  /** Below its cluster where there are several. */
  readonly name: string;
  readonly counts: Counts;
  /** Those with findings. */
  readonly workloads: number;
}

export interface WorkloadFindings {
  readonly object: ObjectReference;
  readonly file?: string;
  readonly found: readonly FoundDiagnostic[];
}

export interface NamespaceFindings extends NamespaceCounts {
  readonly shown: readonly WorkloadFindings[];
}

/** Workloads that are left alone for one reason. */
export interface LeftAlone {
  readonly reason: string;
  readonly amount: number;
  /** The first of them. */
  readonly objects: readonly ObjectReference[];
}

export interface PageContents {
  readonly totals: Totals;
  readonly rules: readonly RuleCounts[];
  /** The worst first. */
  readonly namespaces: readonly NamespaceFindings[];
  /** How many findings are not among those of the namespaces. */
  readonly hidden: number;
  readonly leftAlone: readonly LeftAlone[];
  /** The first of them; `totals` has the number. */
  readonly ignored: readonly FoundDiagnostic[];
}

const mostFindings = 5_000;
const mostIgnored = 2_000;
const mostNames = 10;

export function contentsOf(report: FindingsReport): PageContents {
  const totals = reportTotals(report);
  const shown = severities.flatMap((one) => [...foundIn(report, one).take(mostFindings)]).slice(0, mostFindings);
  const byNamespace = Map.groupBy(shown, ({ object }) => homeOf(object));
  const namespaces = countByNamespace(report).map((one) => ({
    ...one,
    shown: byWorkload(byNamespace.get(one.name) ?? []),
  }));
  return {
    totals,
    rules: countByRule(judgedIn(report)),
    namespaces,
    hidden: severities.reduce((sum, one) => sum + totals.counts[one], 0) - shown.length,
    leftAlone: totals.leftAlone === 0 ? [] : leftAloneIn(report),
    ignored: totals.ignored === 0 ? [] : [...ignoredIn(report).take(mostIgnored)],
  };
}

function countByNamespace(report: FindingsReport): readonly NamespaceCounts[] {
  const all = new Map<string, { counts: Record<Severity, number>; workloads: number }>();
  for (const { object, diagnostics } of judgedIn(report)) {
    if (diagnostics.length === 0) continue;
    const home = homeOf(object);
    const own = all.get(home) ?? { counts: { error: 0, warning: 0, note: 0 }, workloads: 0 };
    all.set(home, own);
    own.workloads += 1;
    for (const { severity } of diagnostics) own.counts[severity] += 1;
  }
  return Array.from(all, ([name, own]) => ({ name, ...own })).sort(
    (a, b) => worse(a.counts, b.counts) || (a.name < b.name ? -1 : 1),
  );
}

function byWorkload(found: readonly FoundDiagnostic[]): readonly WorkloadFindings[] {
  const groups = Map.groupBy(found, ({ file = '', object }) => `${file}\n${objectTitle(object)}`);
  return Array.from(groups.values(), (own) => {
    const [{ object, file }] = own as [FoundDiagnostic];
    return { object, ...(file !== undefined && { file }), found: own };
  }).sort((a, b) => worse(countBySeverity(a.found), countBySeverity(b.found)));
}

/** Negative where `a` is to come first. */
function worse(a: Counts, b: Counts): number {
  return b.error - a.error || b.warning - a.warning || b.note - a.note;
}

function leftAloneIn({ examined }: FindingsReport): readonly LeftAlone[] {
  const reasons = new Map<string, { amount: number; objects: ObjectReference[] }>();
  for (const { object, skipped } of examined) {
    if (skipped === undefined) continue;
    const own = reasons.get(skipped) ?? { amount: 0, objects: [] };
    reasons.set(skipped, own);
    own.amount += 1;
    if (own.objects.length < mostNames) own.objects.push(object);
  }
  return Array.from(reasons, ([reason, own]) => ({ reason, ...own })).sort((a, b) => b.amount - a.amount);
}
