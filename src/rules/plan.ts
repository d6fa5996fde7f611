// All rules over one author's document, in order; a later rule sees what an earlier one decided.

import { isEditable } from '../workload/editable-fields.ts';
import { setAll } from '../workload/path.ts';
import type { Deployment } from '../workload/workload.ts';
import { application } from './application.ts';
import { type Change, changesOf, type Finding, type RuleId } from './finding.ts';
import { minReadySeconds } from './min-ready-seconds.ts';
import { preStopSleep } from './pre-stop-sleep.ts';
import { readinessProbe } from './readiness-probe.ts';
import { rollingUpdate } from './rolling-update.ts';
import type { Rule, Subject } from './rule.ts';
import { terminationGracePeriod } from './termination-grace-period.ts';

/** In the order in which they run. */
export const rules: Readonly<Record<RuleId, Rule>> = {
  'readiness-probe': readinessProbe,
  'pre-stop-sleep': preStopSleep,
  'termination-grace-period': terminationGracePeriod,
  'rolling-update': rollingUpdate,
  'min-ready-seconds': minReadySeconds,
  application,
};

const inOrder = Object.values(rules);

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
  for (const rule of inOrder) {
    const found = rule(seen).map(addressable);
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
