// The counters of decisions and findings, by the kind of workload.

import { Counter, Histogram, type Registry } from 'prom-client';
import { decisionKinds } from '../admission/decision.ts';
import type { Finding } from '../rules/finding.ts';
import { rules } from '../rules/rules.ts';
import { patchableKinds } from '../workload/kinds/kinds.ts';
import { type DecisionLabel, decisionLabels, type EntryMode, metricRows } from './metric-rows.ts';

/** `decided` only for what got a decision: refusals are quick and would hide how long decisions take. */
export type RequestCounters = (mode: EntryMode, decision: DecisionLabel, decided?: Decided) => void;

export interface Decided {
  /** The name of a kind that hitless knows; empty for another one. Never what the caller sent: each value has series of its own. */
  readonly workloadKind: string;
  readonly milliseconds: number;
}

/** `workloadKind`: the name of a kind that hitless knows. */
export type FindingCounters = (finding: Finding, workloadKind: string) => void;

// 10 µs to 1 s: a decision takes tens of microseconds, a caller gives up after seconds.
const buckets = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 0.1, 0.25, 1];

// Children are bound once, and every series shows from the start as 0: a rate needs a value to rise from. Only those of kinds that are
// never patched begin with the first call.
export function requestCounters(registers: Registry[]): RequestCounters {
  const total = new Counter({ ...metricRows.requests, labelNames: [...metricRows.requests.labelNames], registers });
  const duration = new Histogram({ ...metricRows.duration, labelNames: ['mode'], buckets, registers });
  const children = (mode: EntryMode) => {
    const countsOf = byKind((workloadKind) => {
      const decisions: readonly DecisionLabel[] = workloadKind === '' ? undecided : decisionKinds;
      const kind = workloadKind === '' ? {} : { kind: workloadKind };
      return new Map(decisions.map((decision) => [decision, zero(total.labels({ mode, decision, ...kind }))]));
    });
    countsOf('');
    duration.zero({ mode });
    return { countsOf, duration: duration.labels(mode) };
  };
  const byMode = { enforce: children('enforce'), audit: children('audit') };
  return (mode, decision, decided) => {
    byMode[mode]
      .countsOf(decided?.workloadKind ?? '')
      .get(decision)
      ?.inc();
    if (decided !== undefined) byMode[mode].duration.observe(decided.milliseconds / 1000);
  };
}

/** What becomes of calls about no kind that hitless knows. */
const undecided = decisionLabels.filter((label) => label === 'skipped' || !decisionKinds.some((one) => one === label));

export function findingCounters(registers: Registry[]): FindingCounters {
  const labelNames = [...metricRows.findings.labelNames];
  const counter = new Counter({ ...metricRows.findings, labelNames, registers });
  const childrenOf = byKind((workloadKind) => {
    const child = (rule: string, type: string, severity: string) =>
      zero(counter.labels(rule, type, severity, workloadKind));
    const children = (rule: string) => ({
      edit: { warning: child(rule, 'edit', 'warning') },
      report: { error: child(rule, 'report', 'error'), note: child(rule, 'report', 'note') },
    });
    return new Map(rules.map(({ id }) => [id, children(id)]));
  });
  return (finding, workloadKind) => {
    const own = childrenOf(workloadKind).get(finding.rule);
    if (finding.kind === 'edit') own?.edit.warning.inc();
    if (finding.kind === 'report') own?.report[finding.severity].inc();
  };
}

function zero(child: Counter.Internal): Counter.Internal {
  child.inc(0);
  return child;
}

/** The series of each kind of workload: of those that can be patched at once, of others when they are first asked for. */
function byKind<S>(make: (workloadKind: string) => S): (workloadKind: string) => S {
  const known = new Map(patchableKinds().map(({ kind }) => [kind, make(kind)]));
  return (workloadKind) => {
    const before = known.get(workloadKind);
    if (before !== undefined) return before;
    const made = make(workloadKind);
    known.set(workloadKind, made);
    return made;
  };
}
