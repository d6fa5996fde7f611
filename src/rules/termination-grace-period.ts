// Promise: after the preStop sleep the application still has time to finish its requests before it is killed.
// Field: terminationGracePeriodSeconds of the pods. Silent when off. Never lowers: a long grace period is only an upper bound.

import { defaultGraceSeconds } from '../workload/api-defaults.ts';
import { edit, type Finding, fine, report } from './finding.ts';
import { longestSleepSeconds } from './hooks.ts';
import { type Mesh, meshOf } from './mesh.ts';
import type { Subject } from './plan.ts';
import { minimumShutdownSeconds } from './pre-stop-sleep.ts';

const rule = 'termination-grace-period';
const path = 'spec.template.spec.terminationGracePeriodSeconds';

export function terminationGracePeriod(subject: Subject): readonly Finding[] {
  const { action, maximumSeconds } = subject.policy.terminationGracePeriod;
  if (action === 'off') return [];
  const grace = subject.deployment.spec.template.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
  const need = needed(subject);
  const target = Math.min(need.seconds, maximumSeconds);
  if (grace >= target) return [fine(rule, path, `${grace} s are enough for ${need.why}`)];
  if (!subject.written(path)) return [raise(subject, target, need.why)];
  return [action === 'enforce' ? raiseWritten(subject, grace, need) : tooShort(subject, grace, need)];
}

interface Need {
  readonly seconds: number;
  /** `10 s preStop sleep and 20 s to drain`. */
  readonly why: string;
}

function needed({ policy, deployment, namespace, oldestNode }: Subject): Need {
  const { seconds, drainSeconds } = policy.terminationGracePeriod;
  if (seconds !== undefined) return { seconds, why: `the annotation, which asks for ${seconds} s` };
  const sleep = longestSleepSeconds(deployment);
  const need = { seconds: sleep + drainSeconds, why: `${sleep} s of preStop sleep and ${drainSeconds} s to drain` };
  const mesh = meshOf(deployment, namespace, oldestNode);
  return mesh !== undefined && sidecarSeconds(mesh) > need.seconds ? forSidecar(mesh) : need;
}

/** The sidecar gets SIGTERM with the pod and must have ended before the kill. */
function sidecarSeconds({ drainSeconds }: Mesh): number {
  return drainSeconds === 0 ? 0 : drainSeconds + minimumShutdownSeconds;
}

function forSidecar(mesh: Mesh): Need {
  const origin = mesh.setBy === undefined ? 'by default' : `by ${mesh.setBy}`;
  return {
    seconds: sidecarSeconds(mesh),
    why: `the ${mesh.name} sidecar, which drains ${mesh.drainSeconds} s ${origin}`,
  };
}

function raise({ policy }: Subject, seconds: number, why: string): Finding {
  return edit(rule, policy.terminationGracePeriod.action, {
    path,
    summary: `terminationGracePeriodSeconds ${seconds}`,
    message: `the pods are killed after ${defaultGraceSeconds} s by default, too early for ${why}: set ${seconds}`,
    changes: [{ path, value: seconds }],
  });
}

/** The author gave the application `grace` seconds; what we put before SIGTERM comes on top, so that it keeps them. */
function raiseWritten(subject: Subject, grace: number, need: Need): Finding {
  const { maximumSeconds, seconds: asked } = subject.policy.terminationGracePeriod;
  const sleep = longestSleepSeconds(subject.deployment);
  const added = Math.max(0, sleep - longestSleepSeconds(subject.author));
  const wanted = asked ?? Math.max(grace + added, sleep + minimumShutdownSeconds);
  // The API's default could later not be told from an author who dropped the field.
  const seconds = Math.min(wanted === defaultGraceSeconds ? wanted + 1 : wanted, maximumSeconds);
  if (seconds <= grace) return tooShort(subject, grace, need);
  return edit(rule, 'enforce', {
    path,
    summary: `terminationGracePeriodSeconds raised from ${grace} to ${seconds}`,
    message: `a grace period of ${grace} s is too short for ${need.why}: raise it to ${seconds}`,
    changes: [{ path, value: seconds }],
  });
}

function tooShort({ deployment }: Subject, grace: number, { why }: Need): Finding {
  const left = Math.max(0, grace - longestSleepSeconds(deployment));
  const message = `the author's grace period of ${grace} s is short for ${why}: ${left} s are left after SIGTERM, and what takes longer is cut off. Raise it if requests can take that long`;
  return report(rule, 'note', { path, message });
}
