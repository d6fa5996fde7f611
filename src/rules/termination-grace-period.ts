// Promise: after the preStop sleep the application still has time to finish its requests before it is killed.
// Field: terminationGracePeriodSeconds of the pods. Silent when off. Never lowers: a long grace period is only an upper bound.

import { defaultGraceSeconds, graceSeconds } from '../workload/api-defaults.ts';
import { longestSleepSeconds, minimumShutdownSeconds } from '../workload/pre-stop.ts';
import { edit, type Finding, fine, notWritten, report } from './finding.ts';
import { gracePath } from './grace-room.ts';
import { type Mesh, meshOf } from './mesh.ts';
import type { Rule, Subject } from './rule.ts';
import { podTraffic } from './traffic.ts';

const rule = 'termination-grace-period';

export const terminationGracePeriod: Rule = {
  id: rule,
  section: 'terminationGracePeriod',
  title: 'A pod is killed before it has finished its requests',
  help: 'terminationGracePeriodSeconds must cover the preStop sleep and the time that the last requests take.',
  writes: '`terminationGracePeriodSeconds`, never lower',
  // More than Kubernetes' own 30 s with any sleep: otherwise the row would measure nothing.
  lab: { fix: 'grace period', settings: { drainSeconds: 31 } },
  apply,
};

function apply(subject: Subject): readonly Finding[] {
  const { action, maximumSeconds } = subject.policy.terminationGracePeriod;
  if (action === 'off') return [];
  const path = gracePath(subject);
  const grace = graceSeconds(subject.template);
  const need = needed(subject);
  if (grace >= need.seconds) return [fine(rule, path, `${grace} s is enough for ${need.why}`)];
  if (grace >= maximumSeconds)
    return [
      notWritten(
        rule,
        path,
        `${grace} s is not enough for ${need.why}, but the policy allows at most ${maximumSeconds}`,
      ),
    ];
  if (!subject.written(path) && longestSleepSeconds(subject.template) > maximumSeconds)
    return [
      notWritten(rule, path, `${maximumSeconds} s, the most that the policy allows, is not enough for ${need.why}`),
    ];
  if (!subject.written(path)) return [raise(subject, need)];
  return [action === 'enforce' ? raiseWritten(subject, grace, need) : tooShort(subject, grace, need)];
}

interface Need {
  readonly seconds: number;
  /** `10 s of preStop sleep and 20 s to drain`. */
  readonly why: string;
}

function needed({ policy, template, namespace, oldestNode }: Subject): Need {
  const { seconds, drainSeconds } = policy.terminationGracePeriod;
  if (seconds !== undefined) return { seconds, why: `the ${seconds} s that an annotation asks for` };
  const sleep = longestSleepSeconds(template);
  const why = `${sleep === 0 ? '' : `${sleep} s of preStop sleep and `}${drainSeconds} s to drain`;
  const mesh = meshOf(template, namespace, oldestNode);
  const sidecar = sidecarSeconds(mesh);
  if (mesh !== undefined && sidecar > sleep + drainSeconds) return { seconds: sidecar, why: sidecarWhy(mesh) };
  return { seconds: sleep + drainSeconds, why };
}

/** The sidecar gets SIGTERM with the pod and must have ended before the kill. */
function sidecarSeconds(mesh: Mesh | undefined): number {
  return mesh === undefined || mesh.drainSeconds === 0 ? 0 : mesh.drainSeconds + minimumShutdownSeconds;
}

function sidecarWhy({ name, drainSeconds, setBy }: Mesh): string {
  return `the ${name} sidecar, which drains for ${drainSeconds} s (${setBy ?? 'its default'}) and then has to end`;
}

function raise(subject: Subject, need: Need): Finding {
  const { action, maximumSeconds } = subject.policy.terminationGracePeriod;
  const path = gracePath(subject);
  const seconds = Math.min(need.seconds, maximumSeconds);
  const capped = seconds < need.seconds ? `, the most that the policy allows` : '';
  return edit(rule, action, {
    path,
    summary: `terminationGracePeriodSeconds ${seconds}`,
    message: `the pods are killed after ${defaultGraceSeconds} s by default, too early for ${need.why}: set ${seconds}${capped}`,
    changes: [{ path, value: seconds }],
  });
}

/** The author gave the application `grace` seconds; the sleep that we add before SIGTERM comes on top, so that it keeps them. */
function raiseWritten(subject: Subject, grace: number, need: Need): Finding {
  const { maximumSeconds, seconds: asked } = subject.policy.terminationGracePeriod;
  const sleep = longestSleepSeconds(subject.template);
  const added = Math.max(0, sleep - longestSleepSeconds(subject.kind.templateOf(subject.author)));
  const sidecar = sidecarSeconds(meshOf(subject.template, subject.namespace, subject.oldestNode));
  const wanted = asked ?? Math.max(grace + added, sleep + minimumShutdownSeconds, sidecar);
  const seconds = besideDefault(Math.min(wanted, maximumSeconds), maximumSeconds);
  if (seconds <= grace) return tooShort(subject, grace, need);
  const path = gracePath(subject);
  const isKept = added > 0 && seconds >= grace + added && seconds < need.seconds;
  const kept = isKept ? ', which keeps the time that the application had' : '';
  return edit(rule, 'enforce', {
    path,
    summary: `terminationGracePeriodSeconds raised from ${grace} to ${seconds}`,
    message: `a grace period of ${grace} s is too short for ${need.why}: raise it to ${seconds}${kept}`,
    changes: [{ path, value: seconds }],
  });
}

/** Avoids the API's default, which could not be distinguished later from a field that the author dropped. */
function besideDefault(seconds: number, maximum: number): number {
  if (seconds !== defaultGraceSeconds) return seconds;
  return seconds < maximum ? seconds + 1 : seconds - 1;
}

function tooShort(subject: Subject, grace: number, { why }: Need): Finding {
  const path = gracePath(subject);
  if (subject.earlier.some((one) => one.kind === 'report' && one.asksFor === path))
    return notWritten(rule, path, `${grace} s is short for ${why}, which the rule pre-stop-sleep has reported`);
  // The kubelet gives it that long even when a hook used up the grace period.
  const left = Math.max(Math.min(grace, minimumShutdownSeconds), grace - longestSleepSeconds(subject.template));
  const work = podTraffic(subject) === 'yes' ? 'requests' : 'its work';
  const message = `the author's grace period of ${grace} s is short for ${why}: ${left} s are left after SIGTERM, and anything that takes longer is cut off. Raise it if ${work} can take that long`;
  return report(rule, 'note', { path, message });
}
