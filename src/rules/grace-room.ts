// The grace period that sleeps have to fit into: as it is, or as the rule termination-grace-period can raise it.

import { graceSeconds } from '../workload/api-defaults.ts';
import type { Subject } from './rule.ts';

export function graceRoomSeconds(subject: Subject): number {
  const { seconds, maximumSeconds } = subject.policy.terminationGracePeriod;
  const raised = canRaiseGrace(subject) ? (seconds ?? maximumSeconds) : 0;
  return Math.max(graceSeconds(subject.template), raised);
}

export function canRaiseGrace(subject: Subject): boolean {
  const { action } = subject.policy.terminationGracePeriod;
  return action === 'enforce' || (action === 'fill' && !isGraceWritten(subject));
}

export function isGraceWritten(subject: Subject): boolean {
  return subject.written(gracePath(subject));
}

export function gracePath({ kind }: Pick<Subject, 'kind'>): string {
  return `${kind.template}.spec.terminationGracePeriodSeconds`;
}
