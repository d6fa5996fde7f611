// All rules over one author's document, in order; a later rule sees what an earlier one decided.

import { isEditable } from '../workload/editable-fields.ts';
import { setAll } from '../workload/path.ts';
import type { Deployment } from '../workload/workload.ts';
import { type Change, changesOf, type Finding } from './finding.ts';
import type { Subject } from './rule.ts';
import { rules } from './rules.ts';

export interface Plan {
  readonly findings: readonly Finding[];
  /** What the edits among the findings write, in order. */
  readonly changes: readonly Change[];
  /** The author's document with every edit in it. */
  readonly deployment: Deployment;
}

export function plan(subject: Omit<Subject, 'deployment'>): Plan {
  const findings: Finding[] = [];
  const all: Change[] = [];
  let seen: Subject = { ...subject, deployment: subject.author };
  for (const { apply } of rules) {
    const found = apply(seen).map(addressable);
    const changes = changesOf(found);
    findings.push(...found);
    all.push(...changes);
    if (changes.length > 0) seen = { ...seen, deployment: setAll(seen.deployment, changes) };
  }
  return { findings, changes: all, deployment: seen.deployment };
}

/** A container named `a]b`, `8080` or not at all fits into no path of ours: what it lacks is reported. */
function addressable(finding: Finding): Finding {
  if (finding.kind !== 'edit' || finding.changes.every(({ path }) => isEditable(path))) return finding;
  const { rule, path, message } = finding;
  return { kind: 'report', severity: 'note', rule, path, message };
}
