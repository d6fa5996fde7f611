// All rules applied to one author's document, in order; a later rule sees the edits of an earlier one.

import { isEditable } from '../workload/editable-fields.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { setAll } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { type Change, changesOf, type Finding } from './finding.ts';
import { heedReplicas } from './no-replicas.ts';
import { policyFor, reported, whyOnlyReported } from './only-reported.ts';
import type { Planned, Rule, Subject } from './rule.ts';
import { rules } from './rules.ts';

export interface Plan {
  readonly findings: readonly Finding[];
  /** What the edits among the findings write, in order. */
  readonly changes: readonly Change[];
  /** The author's document with every edit in it. */
  readonly workload: Workload;
}

export function plan(subject: Planned): Plan {
  const { kind, author } = subject;
  const findings: Finding[] = [];
  const all: Change[] = [];
  const policy = policyFor(kind, subject.policy);
  // `findings` grows: what is earlier is asked while a rule runs.
  let seen: Subject = { ...subject, policy, workload: author, template: kind.templateOf(author), earlier: findings };
  for (const rule of rules) {
    if (subject.ignored?.has(rule.id)) continue;
    const found = applied(rule, seen);
    findings.push(...found);
    const changes = changesOf(found);
    if (changes.length === 0) continue;
    all.push(...changes);
    const workload = setAll(seen.workload, changes);
    seen = { ...seen, workload, template: kind.templateOf(workload) };
  }
  return { findings, changes: all, workload: seen.workload };
}

function applied({ apply, section }: Rule, subject: Subject): readonly Finding[] {
  const { kind } = subject;
  const against = section === undefined ? undefined : whyOnlyReported(kind, section);
  return apply(subject).map((finding) => {
    if (finding.kind === 'fine') return finding;
    return heedReplicas(subject, against === undefined ? addressable(kind, finding) : reported(finding, against));
  });
}

/** A container named `a]b` or `8080`, or without a name, fits into no path: what it lacks is only reported. */
function addressable(kind: WorkloadKind, finding: Finding): Finding {
  if (finding.kind !== 'edit' || finding.changes.every(({ path }) => isEditable(kind, path))) return finding;
  const { rule, path, message } = finding;
  return { kind: 'report', severity: 'note', rule, path, message };
}
