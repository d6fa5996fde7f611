// A workload that is scaled to none loses nothing and hangs on nothing now: what a rule finds holds once it is scaled up, which an
// autoscaler does without a write that a webhook sees.

import { settingIn } from '../workload/kinds/rolling-strategy.ts';
import { type Finding, type Report, report } from './finding.ts';
import type { Subject } from './rule.ts';

/** A note in place of a warning or an error where there are no pods. An edit is still one: scaling up does not change the pod template. */
export function heedReplicas(subject: Subject, finding: Finding): Finding {
  if (finding.kind === 'fine' || finding.severity === 'note' || hasPods(subject)) return finding;
  const { message, discreet } = finding;
  const later = {
    message: onceScaledUp(message),
    ...(discreet !== undefined && { discreet: onceScaledUp(discreet) }),
  };
  if (finding.kind === 'edit') return { ...finding, ...later, severity: 'note' };
  const { rule, path, severity }: Report = finding;
  // Scaling up is no write that the webhook sees, so an error is told before.
  const newsWith = subject.kind.inTemplate(path) ? [subject.kind.template] : [subject.kind.template, path];
  return { ...report(rule, 'note', { path, ...later }), ...(severity === 'error' && { newsWith }) };
}

/** The pods of an Argo Rollout that takes its template from here are counted there: it scales this workload to none itself. */
function hasPods({ kind: { replicas }, workload, surroundings }: Subject): boolean {
  if (replicas === undefined || settingIn(replicas, workload) !== 0) return true;
  return surroundings.autoscaler() !== undefined || surroundings.rollout() !== undefined;
}

function onceScaledUp(message: string): string {
  return `once scaled up from 0 replicas: ${message}`;
}
