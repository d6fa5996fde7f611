// What a kind's own record says about how its pods are replaced, as findings.

import { leastSleepSeconds } from '../policy/auto-sleep.ts';
import { setAll } from '../workload/path.ts';
import { longestSleepSeconds } from '../workload/pre-stop.ts';
import { type Change, type Finding, fine, report } from './finding.ts';
import { replicasOf } from './limits.ts';
import type { Subject } from './rule.ts';
import { podTraffic } from './traffic.ts';

/** `changes`: the edits of the rule, which are not in the workload yet. */
export function kindRemarks(rule: string, subject: Subject, changes: readonly Change[]): readonly Finding[] {
  const { kind, template, policy } = subject;
  if (kind.remarks === undefined) return [];
  const remarks = kind.remarks({
    workload: setAll(subject.workload, changes),
    template,
    replicas: replicasOf(subject),
    served: podTraffic(subject) === 'yes',
    sleepSeconds: longestSleepSeconds(template),
    wantedSleepSeconds: leastSleepSeconds(policy.preStopSleep),
  });
  return remarks.map(({ severity, path, message }) => {
    return severity === 'fine' ? fine(rule, path, message) : report(rule, severity, { path, message });
  });
}
