// What to do about each cause of losses, with the numbers in it.

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

/** What rolled, as it is. */
export interface Rolled {
  readonly kind: WorkloadKind;
  readonly workload: Workload;
}

export interface AdviceInput {
  readonly causes: Partial<Record<Cause, number>>;
  readonly rolled?: Rolled | undefined;
  /** Of the lost to endpoint-lag: those that nobody answered after the pod was gone. */
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
  'no-endpoint': noEndpoint,
  'closed-connection': () =>
    'The application closed kept connections under requests. No sleep helps here: on SIGTERM it must answer what it has, with Connection: close (HTTP/1.1), GOAWAY (HTTP/2, gRPC) or a close frame (WebSocket), and only then close; docs/recipes has the code for Node, Go, Java, Python, .NET and nginx.',
  killed,
  'answered-error': () =>
    'The application, or a proxy before it, answered with an error. 502, 503 and 504 come mostly from an ingress or gateway that still sent to a pod that had left: then a longer preStop sleep helps; for other codes see the log of the pod.',
  unexplained: () =>
    'No pod or endpoint changed in a way that explains these. Connections that nobody answered can stem from a rollout in the two minutes before the measurement: then measure again. Else look between the client and the Service (load balancer, ingress, the network itself), and whether the load alone is too much: the same load without a rollout must lose nothing.',
};

// The policy's default, for when nothing better is known.
const usual = builtInSpec();

const stale =
  'the system of the client, or the node that it sends through, still remembered connections to pods that are gone (connection tracking), which makes a source port unusable for up to two minutes after it was lost.';

function endpointLag({ causes, rolled, lagSeconds, staleLosses = 0 }: AdviceInput): string {
  if (staleLosses > 0 && staleLosses === causes['endpoint-lag'])
    return `Nothing was lost while pods left, but afterwards: ${stale} Earlier losses cause these: wait two minutes, and measure again.`;
  const now = sleepOf(rolled);
  const needed =
    lagSeconds === undefined
      ? usual.preStopSleep.seconds
      : Math.max(usual.preStopSleep.minimumSeconds, Math.ceil(lagSeconds + Math.max(1, lagSeconds / 2)));
  // A sleep that was long enough by this figure, and losses all the same: the figure is too low.
  const wanted = now !== undefined && needed <= now ? now + Math.max(5, needed) : needed;
  const late = lagSeconds === undefined ? '' : `, the last one ${lagSeconds.toFixed(1)} s after its deletion`;
  const have = now === undefined ? '' : now > 0 ? ` instead of ${show(now)} s` : ', there is none now';
  return `New connections went to pods that had left${late}. Give the container a preStop sleep of ${show(wanted)} s${have}; hitless writes one (rule ${preStopSleep.id}).`;
}

function notReady({ rolled }: AdviceInput): string {
  const containers = rolled?.kind.templateOf(rolled.workload).spec.containers;
  const without = containers?.filter(({ readinessProbe }) => readinessProbe === undefined);
  const what = 'New pods got connections before they could answer.';
  if (without !== undefined && without.length === 0)
    return `${what} There is a readinessProbe: it passes too early, so let it ask for what the requests need.`;
  const names = without === undefined ? 'the container' : `container ${without.map(({ name }) => name).join(', ')}`;
  return `${what} Give ${names} a readinessProbe that passes only when it answers requests (rule ${readinessProbe.id}).`;
}

function noEndpoint({ rolled }: AdviceInput): string {
  const { strategy, replicas } = rolled?.kind ?? {};
  const values = rolled && strategy && limitsIn(strategy, rolled.workload);
  if (rolled && strategy && recreates(strategy, rolled.workload))
    return `No pod was ready: strategy ${strategy.type?.recreate} ends every old pod before a new one starts. Take type RollingUpdate with maxUnavailable 0 and maxSurge 1.`;
  const wanted = rolled === undefined || replicas === undefined ? 1 : settingIn(replicas, rolled.workload);
  const { maxUnavailable = strategy?.maxUnavailable.default, maxSurge = strategy?.maxSurge?.default } = values ?? {};
  const now =
    values === undefined ? '' : ` (now ${maxUnavailable} and ${maxSurge ?? 0} with ${count(wanted, 'replica')})`;
  const more = wanted === 1 ? ', and more than one replica against crashes and moves of nodes' : '';
  return `No pod was ready at all. Set maxUnavailable 0 and maxSurge 1${now}, so that no old pod goes before a new one is ready${more} (rule ${rollingUpdate.id}).`;
}

function killed({ rolled, longestSeconds }: AdviceInput): string {
  const now = rolled && graceSeconds(rolled.kind.templateOf(rolled.workload));
  const sleep = sleepOf(rolled) ?? usual.preStopSleep.seconds;
  const drain = Math.max(usual.terminationGracePeriod.drainSeconds, Math.ceil(2 * (longestSeconds ?? 0)));
  const wanted = Math.ceil(sleep + drain);
  const grace =
    now === undefined || now < wanted
      ? `terminationGracePeriodSeconds of at least ${wanted} (${show(sleep)} s of sleep and ${drain} s to finish)${now === undefined ? '' : ` instead of ${now}`}`
      : `its terminationGracePeriodSeconds of ${now} is enough unless requests take longer than ${show(Math.max(0, now - sleep))} s`;
  return `Pods ended while they worked on requests. On SIGTERM the application must finish what it began before it exits (docs/recipes); ${grace} (rule ${terminationGracePeriod.id}).`;
}

/** The longest of the containers; undefined when a hook does something else. */
function sleepOf(rolled: Rolled | undefined): number | undefined {
  return rolled && sleepBeforeSigtermSeconds(rolled.kind.templateOf(rolled.workload).spec.containers);
}

function show(seconds: number): string {
  return String(Math.round(seconds * 10) / 10);
}
