// Promise: a pod keeps serving while proxies, gateways and load balancers still send to it; SIGTERM comes only afterwards.
// Fields: lifecycle.preStop of every regular container. Silent when off.
// An author's own hook is left alone: two handlers are refused, and only the author knows what the hook does.

import { graceSeconds } from '../workload/api-defaults.ts';
import type { Json } from '../workload/json.ts';
import type { Version } from '../workload/kubernetes.ts';
import { hasHandler, minimumShutdownSeconds, preStopSeconds } from '../workload/pre-stop.ts';
import type { Container } from '../workload/workload.ts';
import { edit, type Finding, fine, report } from './finding.ts';
import type { Rule, Subject } from './rule.ts';

const rule = 'pre-stop-sleep';

// preStop.sleep is on by default since 1.30; before that the API server refuses the whole object.
const nativeSince: Version = { major: 1, minor: 30 };

export const preStopSleep: Rule = {
  id: rule,
  section: 'preStopSleep',
  title: 'An old pod is stopped while traffic is still sent to it',
  help: 'Proxies and load balancers learn of a terminating pod later than the pod itself. A preStop sleep keeps it serving until they have.',
  writes: '`lifecycle.preStop.sleep` of each container without a hook',
  lab: { fix: 'preStop sleep', quick: 'without' },
  apply,
};

function apply(subject: Subject): readonly Finding[] {
  if (subject.policy.preStopSleep.action === 'off') return [];
  return subject.template.spec.containers.map((container) => {
    const path = `${subject.kind.containerPath(container.name)}.lifecycle.preStop`;
    return hasHandler(container.lifecycle?.preStop)
      ? ownHook(subject, container, path)
      : missing(subject, container, path);
  });
}

function missing(subject: Subject, { name }: Container, path: string): Finding {
  const { action, seconds: wanted, minimumSeconds } = subject.policy.preStopSleep;
  const room = roomSeconds(subject);
  const seconds = Math.min(wanted, room);
  if (seconds < minimumSeconds) return noRoom(subject, path, `container ${name} has no preStop hook`);
  const handler = mechanism(subject);
  if (handler === undefined) return tooOld(subject, path, name);
  const shortened = seconds < wanted ? `; ${wanted} s do not fit into the grace period of ${graceOf(subject)} s` : '';
  return edit(rule, action, {
    path,
    container: name,
    summary: `preStop sleep of ${seconds} s`,
    message: `container ${name} gets SIGTERM while traffic is still sent to it: sleep ${seconds} s first${shortened}`,
    changes: [{ path: `${path}.${handler}`, value: handlerValue(handler, seconds) }],
  });
}

function ownHook(subject: Subject, container: Container, path: string): Finding {
  const { name } = container;
  const seconds = preStopSeconds(container);
  const hook = container.lifecycle?.preStop;
  if (hook?.tcpSocket !== undefined) {
    const message = `the preStop hook of container ${name} is a tcpSocket, which always fails: SIGTERM follows at once. Use sleep`;
    return report(rule, 'error', { path, message });
  }
  if (seconds === undefined) {
    const kind = hook?.exec === undefined ? 'httpGet' : 'exec';
    const message = `container ${name} has its own preStop ${kind}; how long it holds SIGTERM back is unknown. Make sure that it is at least ${subject.policy.preStopSleep.minimumSeconds} s`;
    return report(rule, 'note', { path, message });
  }
  if (seconds > roomSeconds(subject) + minimumShutdownSeconds) return longerThanGrace(subject, path, name, seconds);
  if (seconds >= subject.policy.preStopSleep.minimumSeconds)
    return fine(rule, path, `container ${name} sleeps ${seconds} s by its own preStop hook`);
  return tooShort(subject, container, path, seconds);
}

function longerThanGrace(subject: Subject, path: string, name: string, seconds: number): Finding {
  const grace = graceOf(subject);
  const message = `container ${name} sleeps ${seconds} s in preStop, longer than the grace period of ${grace} s: it is killed without SIGTERM being handled. Raise terminationGracePeriodSeconds above ${seconds}`;
  return report(rule, 'error', { path, message });
}

function tooShort(subject: Subject, container: Container, path: string, seconds: number): Finding {
  const { action, minimumSeconds } = subject.policy.preStopSleep;
  const short = `container ${container.name} sleeps ${seconds} s in preStop, less than the ${minimumSeconds} s that the network needs`;
  const raisable = container.lifecycle?.preStop?.sleep !== undefined;
  if (action !== 'enforce' || !raisable) return report(rule, 'note', { path, message: `${short}. Raise it` });
  if (minimumSeconds > roomSeconds(subject)) return noRoom(subject, path, short);
  return edit(rule, action, {
    path,
    container: container.name,
    summary: `preStop sleep raised from ${seconds} to ${minimumSeconds} s`,
    message: `${short}: raise it to ${minimumSeconds} s`,
    changes: [{ path: `${path}.sleep`, value: handlerValue('sleep', minimumSeconds) }],
  });
}

function noRoom(subject: Subject, path: string, what: string): Finding {
  const grace = graceOf(subject);
  const { minimumSeconds } = subject.policy.preStopSleep;
  const message = `${what}, and a grace period of ${grace} s leaves no room for a sleep of at least ${minimumSeconds} s: requests are lost at every rollout. Raise terminationGracePeriodSeconds to ${minimumSeconds + minimumShutdownSeconds} or more`;
  return report(rule, 'error', { path, message });
}

function tooOld({ oldestNode: node }: Subject, path: string, name: string): Finding {
  const message = `container ${name} has no preStop hook, and nodes of version ${node?.major}.${node?.minor} do not support preStop.sleep (1.30 does). Where every image has a sleep command, set preStopSleep.mechanism: exec`;
  return report(rule, 'note', { path, message });
}

/** The handler to write, or undefined when the nodes support none that is safe. */
function mechanism({ policy, oldestNode }: Subject): 'sleep' | 'exec' | undefined {
  const wanted = policy.preStopSleep.mechanism;
  if (wanted === 'exec') return 'exec';
  return wanted === 'native' || oldestNode === undefined || isAtLeast(oldestNode, nativeSince) ? 'sleep' : undefined;
}

function isAtLeast(version: Version, floor: Version): boolean {
  return version.major > floor.major || (version.major === floor.major && version.minor >= floor.minor);
}

function handlerValue(handler: 'sleep' | 'exec', seconds: number): Json {
  return handler === 'sleep' ? { seconds } : { command: ['sleep', String(seconds)] };
}

function graceOf({ template }: Subject): number {
  return graceSeconds(template);
}

/** The longest sleep that leaves the container time to end, in the grace period as it is or as the next rule can raise it. */
function roomSeconds(subject: Subject): number {
  const { seconds, maximumSeconds } = subject.policy.terminationGracePeriod;
  const raised = canRaiseGrace(subject) ? (seconds ?? maximumSeconds) : 0;
  return Math.max(graceOf(subject), raised) - minimumShutdownSeconds;
}

function canRaiseGrace({ kind, policy, written }: Subject): boolean {
  const { action } = policy.terminationGracePeriod;
  return action === 'enforce' || (action === 'fill' && !written(`${kind.template}.spec.terminationGracePeriodSeconds`));
}
