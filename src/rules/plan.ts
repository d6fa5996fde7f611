// All rules applied to one author's document, in order; a later rule sees the edits of an earlier one.

import { isEditable } from '../workload/editable-fields.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { setAll } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import { type Change, changesOf, type Finding } from './finding.ts';
import type { Subject } from './rule.ts';
import { rules } from './rules.ts';

export interface Plan {
  readonly findings: readonly Finding[];
  /** What the edits among the findings write, in order. */
  readonly changes: readonly Change[];
  /** The author's document with every edit in it. */
  readonly workload: Workload;
}

export function plan(subject: Omit<Subject, 'workload' | 'template'>): Plan {
  const { kind, author } = subject;
  const findings: Finding[] = [];
  const all: Change[] = [];
  let seen: Subject = { ...subject, workload: author, template: kind.templateOf(author) };
  for (const { apply } of rules) {
    const found = apply(seen).map((finding) => addressable(kind, finding));
    const changes = changesOf(found);
    findings.push(...found);
    all.push(...changes);
    if (changes.length === 0) continue;
    const workload = setAll(seen.workload, changes);
    seen = { ...seen, workload, template: kind.templateOf(workload) };
  }
  return { findings, changes: all, workload: seen.workload };
}

/** A container named `a]b` or `8080`, or without a name, fits into no path: what it lacks is only reported. */
function addressable(kind: WorkloadKind, finding: Finding): Finding {
  if (finding.kind !== 'edit' || finding.changes.every(({ path }) => isEditable(kind, path))) return finding;
  const { rule, path, message } = finding;
  return { kind: 'report', severity: 'note', rule, path, message };
}
