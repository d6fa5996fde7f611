// What a container does before SIGTERM, and how long it takes.

import { hasAny, hookHandlers } from './api-defaults.ts';
import { hookTime } from './hook/program-time.ts';
import { nativeSidecars } from './native-sidecars.ts';
import { onceForLong } from './once.ts';
import type { Container, PodTemplate, PreStop } from './workload.ts';

/**
 * The minimum from SIGTERM to the end of the grace period: the kubelet gives a container this long even when its hook used up the
 * grace period, and less is too short for a shutdown.
 */
export const minimumShutdownSeconds = 2;

/** What a preStop hook is known to do. */
interface PreStopTime {
  /** Seconds that it holds SIGTERM back at the least: 0 where nothing is known. */
  readonly atLeast: number;
  /** True when it holds SIGTERM back no longer. */
  readonly exact: boolean;
  /** True when it never ends: the grace period does. */
  readonly endless?: boolean;
  /** Why it can only fail, so that SIGTERM follows at once: a clause. */
  readonly failure?: string;
}

const none: PreStopTime = { atLeast: 0, exact: true };

/** How long the container's preStop hook holds SIGTERM back. */
export function preStopTime({ lifecycle }: Container): PreStopTime {
  const preStop = lifecycle?.preStop;
  if (!hasHandler(preStop)) return none;
  if (preStop.sleep !== undefined) return { atLeast: preStop.sleep.seconds ?? 0, exact: true };
  if (preStop.tcpSocket !== undefined) return { ...none, failure: 'the kubelet does not run tcpSocket hooks' };
  if (preStop.exec === undefined) return { atLeast: 0, exact: false };
  const { command = [] } = preStop.exec;
  if (command.length === 0) return { ...none, failure: 'its exec has no command' };
  const { atLeast, exact, endless, outcome, why } = hookTime(command);
  const failed = outcome === 'fails' && exact && atLeast === 0 && why !== undefined;
  return { atLeast, exact, ...(endless && { endless }), ...(failed && { failure: why }) };
}

/**
 * The time from a pod's deletion during which no hook can have ended, if the grace period is long enough; undefined when nothing is
 * known of a hook's length.
 */
export function sleepBeforeSigtermSeconds(containers: readonly Container[]): number | undefined {
  const times = containers.map(preStopTime);
  if (times.some(({ atLeast, exact }) => !exact && atLeast === 0)) return undefined;
  return times.reduce((most, { atLeast }) => Math.max(most, atLeast), 0);
}

/**
 * The longest hook of all containers, as far as it is known: hooks start together, and the grace period runs in parallel. Rounded
 * up, because a grace period counts whole seconds.
 */
export function longestSleepSeconds({ spec }: PodTemplate): number {
  return longestOf(spec.containers);
}

/** The same with native sidecars, whose hooks start with the others: none of those that sleep is to be left alone. */
export function longestHookSeconds({ spec }: PodTemplate): number {
  return Math.max(longestOf(spec.containers), longestOf(nativeSidecars(spec)));
}

const longestOf = onceForLong((containers: readonly Container[]) =>
  Math.ceil(containers.reduce((most, container) => Math.max(most, preStopTime(container).atLeast), 0)),
);

export function hasHandler(preStop: PreStop | undefined | null): preStop is PreStop {
  return preStop !== undefined && preStop !== null && hasAny(hookHandlers, preStop);
}
