// Notes where the data path in front of the pods learns of a change later than the workload allows for.

import { graceAnnotation } from '../names.ts';
import { graceSeconds } from '../workload/api-defaults.ts';
import { objectsAt } from '../workload/json.ts';
import { settingIn } from '../workload/kinds/rolling-strategy.ts';
import { hasHandler, preStopTime } from '../workload/pre-stop.ts';
import type { Container } from '../workload/workload.ts';
import { dataPathOf } from './data-path.ts';
import { type Finding, report } from './finding.ts';
import { canRaiseGrace } from './grace-room.ts';
import type { DataPath } from './known-paths.ts';
import { waitsForOldPod } from './limits.ts';
import { servedPorts } from './ports.ts';
import type { Subject } from './rule.ts';

/** After every edit. Where every old pod ends before a new one starts, no sleep and no wait keeps requests. */
export function dataPathNotes(subject: Subject): readonly Finding[] {
  const path = dataPathOf(subject);
  if (path === undefined || waitsForOldPod(subject) !== undefined) return [];
  return [...shortSleep(subject, path), ...earlyRemoval(subject, path)];
}

function shortSleep(subject: Subject, path: DataPath): readonly Finding[] {
  const { action, minimumSeconds } = subject.policy.preStopSleep;
  const enough = path.enoughSeconds ?? path.seconds;
  if (action === 'off' || enough <= minimumSeconds) return [];
  const container = servedContainers(subject).find(({ sleep }) => sleep !== undefined && sleep < enough);
  if (container === undefined) return [];
  const { name, sleep } = container;
  const advice = sleepAdvice(subject, name, path);
  const seen = path.enoughSeconds === undefined ? '' : ` (about ${path.enoughSeconds} s were enough in practice)`;
  return [
    report('pre-stop-sleep', 'note', {
      path: `${subject.kind.containerPath(name)}.lifecycle.preStop`,
      message: `a preStop sleep of ${sleep} s in container ${name} is short for the ${path.name} of ${path.by}, which can send to a pod for ${path.seconds} s after its deletion${seen}. ${advice}`,
      discreet: `a preStop sleep of ${sleep} s in container ${name} is short for what sends traffic to it: hitless audit says for what, and what to set`,
    }),
  ];
}

/** The containers with a hook that a Service sends to, or all with one where that is not known; a hook of unknown length has no `sleep`. */
function servedContainers({ template, services }: Subject) {
  const hooked = template.spec.containers.filter(({ lifecycle }) => hasHandler(lifecycle?.preStop));
  const portOf = servedPorts(services, template.spec.containers);
  const served = hooked.filter((container) => portOf(container) !== undefined);
  const counting = served.length === 0 ? hooked : served;
  return counting.map((container) => {
    const { atLeast, exact } = preStopTime(container);
    return { name: container.name, sleep: exact ? atLeast : undefined };
  });
}

/** What to change for a sleep as long as the path needs. */
function sleepAdvice(subject: Subject, name: string, { seconds }: DataPath): string {
  const isNamed = (container: Container) => container.name === name;
  const { kind, author, policy } = subject;
  if (hasHandler(kind.templateOf(author).spec.containers.find(isNamed)?.lifecycle?.preStop)) {
    return `Raise it to ${seconds} s${and(longerPeriod(subject, seconds, 0))}`;
  }
  // An injected sleep takes at most half of an author's own grace period.
  const period = longerPeriod(subject, seconds, 2 * seconds);
  if (policy.preStopSleep.seconds !== 'auto') return `Set preStopSleep.seconds to auto${and(period)}`;
  return `Raise ${period ?? `${graceName} to ${seconds + policy.terminationGracePeriod.drainSeconds}`}`;
}

const graceName = 'terminationGracePeriodSeconds';

function and(more: string | undefined): string {
  return more === undefined ? '' : `, and ${more}`;
}

/** What keeps the grace period too short for a sleep, and what it must be; undefined for nothing. `least`: for a period that is not raised. */
function longerPeriod(subject: Subject, sleep: number, least: number): string | undefined {
  const { template, policy } = subject;
  const { seconds: whole, maximumSeconds, drainSeconds } = policy.terminationGracePeriod;
  const period = sleep + drainSeconds;
  if (whole !== undefined) return whole < period ? `the annotation ${graceAnnotation} to ${period}` : undefined;
  const now = graceSeconds(template);
  if (!canRaiseGrace(subject))
    return now < Math.max(period, least) ? `${graceName} to ${Math.max(period, least)}` : undefined;
  return Math.max(now, maximumSeconds) < period ? `terminationGracePeriod.maximumSeconds to ${period}` : undefined;
}

/** minReadySeconds holds an old pod back until the load balancer sends to the new one. */
function earlyRemoval(subject: Subject, path: DataPath): readonly Finding[] {
  const { kind, workload } = subject;
  if (kind.minReadySeconds === undefined || path.minReadySeconds === undefined || isGated(subject, path)) return [];
  const now = settingIn(kind.minReadySeconds, workload);
  const wanted = path.minReadySeconds;
  if (now >= wanted) return [];
  const deadline = kind.progressDeadlineSeconds && settingIn(kind.progressDeadlineSeconds, workload);
  const above = deadline !== undefined && deadline <= wanted ? `, and progressDeadlineSeconds above ${wanted}` : '';
  const gate = path.namespaceLabel === undefined ? '' : `, or label the namespace ${path.namespaceLabel}: enabled`;
  const advice = `Set minReadySeconds to ${wanted}${above}${gate}`;
  return [
    // The section of min-ready-seconds is off by default: as a finding of that rule it would never be seen.
    report('application', 'note', {
      path: kind.minReadySeconds.path,
      message: `with minReadySeconds ${now} an old pod can be removed before the ${path.name} of ${path.by} has settled on the new one, which can take ${wanted} s. ${advice}`,
      discreet: `with minReadySeconds ${now} an old pod can be removed before the network knows the new one: hitless audit says why, and what to set`,
    }),
  ];
}

/** True where a pod is ready only once the load balancer sends to it. */
function isGated({ template, namespace }: Subject, { readinessGate, namespaceLabel }: DataPath): boolean {
  if (namespaceLabel !== undefined && namespace?.labels[namespaceLabel] === 'enabled') return true;
  if (readinessGate === undefined) return false;
  return objectsAt(template.spec, 'readinessGates').some(({ conditionType }) =>
    `${conditionType}`.startsWith(readinessGate),
  );
}
