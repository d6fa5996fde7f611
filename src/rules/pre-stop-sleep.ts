// Promise: a pod keeps serving while proxies, gateways and load balancers still send to it; SIGTERM comes only afterwards.
// Fields: lifecycle.preStop of every regular container. Silent when off.
// Nothing is written for a worker, which nothing sends to, nor where the next pod waits for this one: a sleep saves no request.
// An author's own hook is left alone: two handlers are refused, and only the author knows what the hook does.

import { sleepAnnotation } from '../names.ts';
import { autoSleepSeconds } from '../policy/auto-sleep.ts';
import { graceSeconds } from '../workload/api-defaults.ts';
import { limitsIn } from '../workload/kinds/rolling-strategy.ts';
import { hasHandler, longestHookSeconds, minimumShutdownSeconds } from '../workload/pre-stop.ts';
import type { Container } from '../workload/workload.ts';
import { sleepAwaitsService } from './awaits-service.ts';
import { dataPathOf } from './data-path.ts';
import { exclusiveData, isReadinessProbed } from './exclusive-data.ts';
import { edit, type Finding, notWritten, report } from './finding.ts';
import { canRaiseGrace, graceRoomSeconds, isGraceWritten } from './grace-room.ts';
import { podCount, replicasOf, waitsForOldPod } from './limits.ts';
import { noRoom, ownHook } from './own-hook.ts';
import type { Rule, Subject } from './rule.ts';
import { handlerValue, mechanism } from './sleep-mechanism.ts';
import { podTraffic } from './traffic.ts';

const rule = 'pre-stop-sleep';

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
  const sleep = sleepFor(subject);
  const { containers } = subject.template.spec;
  const findings = containers.flatMap((container) => {
    const path = `${subject.kind.containerPath(container.name)}.lifecycle.preStop`;
    const { served, against } = sleep;
    if (hasHandler(container.lifecycle?.preStop))
      return ownHook(subject, { path, container, served, counts: against === undefined });
    if (against === undefined) return [missing(subject, { path, container, sleep })];
    return sleep.isUnknown
      ? []
      : [{ ...notWritten(rule, path, against), ...(against === worker && sleepAwaitsService(subject, container)) }];
  });
  const isOpen = sleep.isUnknown && containers.some(({ lifecycle }) => !hasHandler(lifecycle?.preStop));
  return isOpen ? [...findings, unknownTraffic(subject)] : findings;
}

interface Sleep {
  /** What would be best. */
  readonly wanted: number;
  /** What fits into the grace period. */
  readonly seconds: number;
  /** True where a neighbour's hook is longer than what the policy asks for. */
  readonly besideLonger: boolean;
  /** Something sends requests to the pods. */
  readonly served: boolean;
  /** True where some container declares a port: one without any serves nothing itself. */
  readonly declaresPorts: boolean;
  /** Why none is written: a sentence. */
  readonly against?: string;
  /** True where only what was not given could tell. */
  readonly isUnknown: boolean;
}

function sleepFor(subject: Subject): Sleep {
  const traffic = podTraffic(subject);
  const declaresPorts = subject.template.spec.containers.some(({ ports = [] }) => ports.length > 0);
  const sleep = { ...lengthFor(subject), served: traffic === 'yes', declaresPorts, isUnknown: false };
  const waits = waitsForOldPod(subject);
  if (waits !== undefined) {
    const against = `with ${waits}, the next pod starts only after this one has ended: a sleep would save no request, and only delay it`;
    return { ...sleep, against };
  }
  const data = isReadinessProbed(subject) ? undefined : exclusiveData(subject);
  if (data !== undefined)
    return {
      ...sleep,
      against: `${data}, and nothing waits until the new pod is ready: a sleep would only hold the data longer`,
    };
  if (sleep.served || subject.policy.preStopSleep.when === 'always' || isAskedFor(subject)) return sleep;
  if (traffic === 'no') return { ...sleep, against: worker };
  return { ...sleep, against: 'no Service was given, and the pods declare no port for requests', isUnknown: true };
}

const worker = `a worker: no Service sends requests to these pods, and they declare no port for them. preStopSleep.when: always, or the annotation ${sleepAnnotation} on it, writes a sleep all the same`;

/** No container stops while a neighbour still sleeps. */
function lengthFor(subject: Subject): Pick<Sleep, 'wanted' | 'seconds' | 'besideLonger'> {
  const [asked, beside] = [wantedSeconds(subject), neighbourSeconds(subject)];
  const besideLonger = beside > asked && !isAskedFor(subject);
  const wanted = besideLonger ? beside : asked;
  return { wanted, seconds: Math.min(wanted, roomSeconds(subject, beside)), besideLonger };
}

function wantedSeconds(subject: Subject): number {
  const { seconds } = subject.policy.preStopSleep;
  return seconds === 'auto' ? autoSleepSeconds(subject.policy, dataPathOf(subject)?.seconds ?? 0) : seconds;
}

/** The longest known hook, if it fits into the grace period; 0 without one. */
function neighbourSeconds(subject: Subject): number {
  const seconds = longestHookSeconds(subject.template);
  return seconds > graceRoomSeconds(subject) - minimumShutdownSeconds ? 0 : seconds;
}

/** By the workload's own annotation, and no policy that locks it. */
function isAskedFor({ annotated }: Subject): boolean {
  return annotated?.('preStopSleep.seconds') ?? false;
}

interface Missing {
  readonly path: string;
  readonly container: Container;
  readonly sleep: Sleep;
}

function missing(subject: Subject, { path, container, sleep }: Missing): Finding {
  const { action, minimumSeconds } = subject.policy.preStopSleep;
  const { wanted, seconds, besideLonger, served, declaresPorts } = sleep;
  const { name } = container;
  if (seconds < minimumSeconds) return noRoom(subject, { path, served, what: `container ${name} has no preStop hook` });
  const found = mechanism(subject, container);
  if (found.reason !== undefined) return report(rule, 'note', { path, message: found.reason });
  const { handler } = found;
  const when = served ? whileServing(declaresPorts, container) : 'at once';
  const why = served ? '' : `, as ${isAskedFor(subject) ? 'its annotation' : 'the policy'} asks`;
  const beside = besideLonger ? ', as long as its neighbour' : '';
  const grace = graceSeconds(subject.template);
  const shortened = seconds < wanted ? `; ${wanted} s would leave too little of the grace period of ${grace} s` : '';
  return edit(rule, action, {
    path,
    container: name,
    summary: `preStop sleep of ${seconds} s`,
    message: `container ${name} gets SIGTERM ${when}: sleep ${seconds} s first${beside}${why}${shortened}${longer(subject, seconds)}`,
    changes: [{ path: `${path}.${handler}`, value: handlerValue(handler, seconds) }],
  });
}

/** Without a surge the next pod waits for the sleep of this one. */
function longer(subject: Subject, seconds: number): string {
  const { strategy } = subject.kind;
  if (strategy === undefined || strategy.otherwise?.(subject.workload) !== undefined) return '';
  const { most } = replicasOf(subject);
  if (strategy.maxSurge !== undefined || most < 2) return '';
  const { maxUnavailable = strategy.maxUnavailable.default } = limitsIn(strategy, subject.workload);
  const rounds = Math.ceil(most / Math.max(1, podCount(strategy.maxUnavailable, maxUnavailable, most)));
  return rounds < 2
    ? ''
    : `; with ${most} pods that wait for one another, a rollout takes up to ${seconds * rounds} s longer`;
}

/** A container beside the one that serves gets none itself, and must not end before it. */
function whileServing(declaresPorts: boolean, { ports = [] }: Container): string {
  return declaresPorts && ports.length === 0 ? 'while its pod still serves' : 'while traffic is still sent to it';
}

/** The longest sleep that leaves the container time to end, in the grace period as it is or as the next rule can raise it. */
function roomSeconds(subject: Subject, beside: number): number {
  const whole = graceRoomSeconds(subject) - minimumShutdownSeconds;
  const { action, minimumSeconds } = subject.policy.preStopSleep;
  if (action === 'enforce' || isAskedFor(subject) || canRaiseGrace(subject) || !isGraceWritten(subject)) return whole;
  // The author meant the time for the application: it keeps at least half of it, unless that is too short for any sleep.
  const half = Math.floor(graceSeconds(subject.template) / 2);
  return Math.max(half, Math.min(whole, Math.max(minimumSeconds, beside)));
}

function unknownTraffic({ kind }: Subject): Finding {
  const message =
    'no port for requests is declared, and no Service was given: whether anything sends requests to these pods is unknown, and no preStop sleep is written. Declare the port that they serve, or give hitless their Service; a worker needs neither';
  return report(rule, 'note', { path: kind.containers, message });
}
