// What to do about each cause of losses, with the numbers in it.

import { usualSleepSeconds } from '../../policy/auto-sleep.ts';
import { builtInSpec } from '../../policy/sections.ts';
import { preStopSleep } from '../../rules/pre-stop-sleep.ts';
import { readinessProbe } from '../../rules/readiness-probe.ts';
import { rollingUpdate } from '../../rules/rolling-update.ts';
import { terminationGracePeriod } from '../../rules/termination-grace-period.ts';
import { count } from '../../text/count.ts';
import { graceSeconds } from '../../workload/api-defaults.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { limitsIn, recreates, settingIn } from '../../workload/kinds/rolling-strategy.ts';
import { sleepBeforeSigtermSeconds } from '../../workload/pre-stop.ts';
import type { Workload } from '../../workload/workload.ts';
import { causes as allCauses, type Cause } from './measurement.ts';

export interface Advice {
  readonly cause: Cause;
  readonly lost: number;
  /** One or two sentences. */
  readonly text: string;
}

/** The workload that rolled, as it is now. */
export interface Rolled {
  readonly kind: WorkloadKind;
  readonly workload: Workload;
}

export interface AdviceInput {
  readonly causes: Partial<Record<Cause, number>>;
  readonly rolled?: Rolled | undefined;
  /** Of the losses by endpoint-lag: those without any answer after the pod was gone. */
  readonly staleLosses?: number;
  /** From a pod's deletion to the last other loss that it is to blame for, seconds. */
  readonly lagSeconds?: number | undefined;
  /** The longest that an answered request took, seconds. */
  readonly longestSeconds?: number | undefined;
}

/** The most frequent cause first. */
export function advise(situation: AdviceInput): readonly Advice[] {
  const found = allCauses
    .map((cause) => ({ cause, lost: situation.causes[cause] ?? 0 }))
    .filter(({ lost }) => lost > 0);
  return found
    .toSorted((a, b) => b.lost - a.lost)
    .map(({ cause, lost }) => ({ cause, lost, text: texts[cause](situation) }));
}

const texts: Readonly<Record<Cause, (situation: AdviceInput) => string>> = {
  'endpoint-lag': endpointLag,
  'not-ready': notReady,
  'lag-or-not-ready': lagOrNotReady,
  'no-endpoint': noEndpoint,
  'closed-connection': () =>
    'The application closed kept connections while requests were on them. A sleep does not help here: on SIGTERM it must answer the requests it has, with Connection: close (HTTP/1.1), GOAWAY (HTTP/2, gRPC) or a close frame (WebSocket), and only then close; docs/recipes has the code for Node, Go, Java, Python, .NET and nginx.',
  killed,
  'answered-error': () =>
    'The application, or a proxy in front of it, answered with an error. 502, 503 and 504 mostly come from an ingress or gateway that still sent requests to a pod that had stopped serving: then a longer preStop sleep helps. For other codes see the log of the pod.',
  unexplained: () =>
    'No pod or endpoint changed in a way that explains these. Connections that got no answer can stem from a rollout in the two minutes before the measurement: in that case measure again. Otherwise look between the client and the Service (load balancer, ingress, the network itself), and check whether the load alone is too much: the same load without a rollout must lose nothing.',
};

// The policy's default, for when nothing better is known.
const usual = builtInSpec();

const stale =
  'the machine of the client, or the node that it sends through, still remembered connections to pods that are gone (connection tracking), which makes a source port unusable for up to two minutes after a loss.';

function endpointLag({ causes, rolled, lagSeconds, staleLosses = 0 }: AdviceInput): string {
  if (staleLosses > 0 && staleLosses === causes['endpoint-lag'])
    return `Nothing was lost while pods were terminating, only afterwards: ${stale} Earlier losses cause these: wait two minutes and measure again.`;
  const now = sleepOf(rolled);
  const needed = neededSleep(lagSeconds);
  // If the current sleep should suffice by this figure and requests were lost anyway, the figure is too low.
  const wanted = now !== undefined && needed <= now ? now + Math.max(5, needed) : needed;
  const late = lagSeconds === undefined ? '' : `, the last one ${lagSeconds.toFixed(1)} s after the pod was deleted`;
  const have = now === undefined ? '' : now > 0 ? ` instead of ${show(now)} s` : ' (there is none now)';
  return `New connections went to terminating pods${late}. Give the container a preStop sleep of ${show(wanted)} s${have}; hitless writes one (rule ${preStopSleep.id}).`;
}

function neededSleep(lagSeconds: number | undefined): number {
  if (lagSeconds === undefined) return usualSleepSeconds;
  return Math.max(usual.preStopSleep.minimumSeconds, Math.ceil(lagSeconds + Math.max(1, lagSeconds / 2)));
}

function notReady({ rolled }: AdviceInput): string {
  const what = 'New pods got connections before they could answer.';
  const without = withoutProbe(rolled);
  if (without === undefined)
    return `${what} There is a readinessProbe, but it passes too early: make it check what the requests need.`;
  return `${what} Give ${without} a readinessProbe that passes only when it answers requests (rule ${readinessProbe.id}).`;
}

/** Both remedies, the probe first: once it is there, another measurement shows whether anything is left for the sleep. */
function lagOrNotReady({ rolled, lagSeconds }: AdviceInput): string {
  const what =
    'New connections were lost while old pods were terminating and new ones had not begun to answer; what was seen does not show which of them lost these.';
  const without = withoutProbe(rolled);
  const probe =
    without === undefined
      ? 'Make the readinessProbe check what the requests need'
      : `Give ${without} a readinessProbe that passes only when it answers requests (rule ${readinessProbe.id})`;
  const now = sleepOf(rolled) ?? 0;
  const needed = neededSleep(lagSeconds);
  const sleep =
    now >= needed
      ? `; its preStop sleep of ${show(now)} s should be long enough`
      : `, and a preStop sleep of ${show(needed)} s${now > 0 ? ` instead of ${show(now)} s` : ''} (rule ${preStopSleep.id})`;
  return `${what} ${probe}${sleep}. Then measure again: with a probe that is right, whatever is still lost here is an old pod's.`;
}

/** The containers without a probe, in words; undefined where each has one. */
function withoutProbe(rolled: Rolled | undefined): string | undefined {
  const containers = rolled?.kind.templateOf(rolled.workload).spec.containers;
  const without = containers?.filter(({ readinessProbe: probe }) => probe === undefined);
  if (without === undefined) return 'the container';
  return without.length === 0 ? undefined : `container ${without.map(({ name }) => name).join(', ')}`;
}

function noEndpoint({ rolled }: AdviceInput): string {
  const { strategy, replicas } = rolled?.kind ?? {};
  const otherwise = rolled && strategy?.otherwise?.(rolled.workload);
  if (otherwise !== undefined)
    return `No pod was ready at all, although ${otherwise}: look at why the new pods were not ready (kubectl describe pods).`;
  const values = rolled && strategy && limitsIn(strategy, rolled.workload);
  if (rolled && strategy && recreates(strategy, rolled.workload))
    return `No pod was ready: strategy ${strategy.type?.recreate} stops every old pod before a new one starts. Use type RollingUpdate with maxUnavailable 0 and maxSurge 1.`;
  const wanted = rolled === undefined || replicas === undefined ? 1 : settingIn(replicas, rolled.workload);
  const { maxUnavailable = strategy?.maxUnavailable.default, maxSurge = strategy?.maxSurge?.default } = values ?? {};
  const now =
    values === undefined ? '' : ` (now ${maxUnavailable} and ${maxSurge ?? 0} with ${count(wanted, 'replica')})`;
  if (rolled && strategy && strategy.maxSurge === undefined)
    return `No pod was ready: a ${rolled.kind.kind} has no surge, so each pod ends before its successor starts. ${wanted === 1 ? 'Run two or more replicas, if the application can' : 'Keep maxUnavailable 1, so that the other pods answer meanwhile'}.`;
  if (rolled?.kind.perNode)
    return `No pod was ready: the pod of a node ended before the next one was ready there (now maxUnavailable ${maxUnavailable} and maxSurge ${maxSurge}). Set maxSurge 1 and maxUnavailable 0 where no host port or device stands against it (rule ${rollingUpdate.id}).`;
  const more = wanted === 1 ? ', and run more than one replica to survive crashes and moves to another node' : '';
  return `No pod was ready at all. Set maxUnavailable 0 and maxSurge 1${now}, so that no old pod stops before a new one is ready${more} (rule ${rollingUpdate.id}).`;
}

function killed({ rolled, longestSeconds }: AdviceInput): string {
  const now = rolled && graceSeconds(rolled.kind.templateOf(rolled.workload));
  const sleep = sleepOf(rolled) ?? usualSleepSeconds;
  const drain = Math.max(usual.terminationGracePeriod.drainSeconds, Math.ceil(2 * (longestSeconds ?? 0)));
  const wanted = Math.ceil(sleep + drain);
  const grace =
    now === undefined || now < wanted
      ? `set terminationGracePeriodSeconds to at least ${wanted} (${show(sleep)} s of sleep and ${drain} s to finish)${now === undefined ? '' : ` instead of ${now}`}`
      : `its terminationGracePeriodSeconds of ${now} is enough unless requests take longer than ${show(Math.max(0, now - sleep))} s`;
  return `Pods stopped while they were working on requests. On SIGTERM the application must finish what it has begun before it exits (docs/recipes); ${grace} (rule ${terminationGracePeriod.id}).`;
}

/** The longest of the containers; undefined when a hook does something else. */
function sleepOf(rolled: Rolled | undefined): number | undefined {
  return rolled && sleepBeforeSigtermSeconds(rolled.kind.templateOf(rolled.workload).spec.containers);
}

function show(seconds: number): string {
  return String(Math.round(seconds * 10) / 10);
}
