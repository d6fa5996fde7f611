// What a container does before SIGTERM, and how long it takes.

import { handlersOf, hookHandlers } from './api-defaults.ts';
import { onceForLong } from './once.ts';
import type { Container, PodTemplate, PreStop } from './workload.ts';

/**
 * The minimum from SIGTERM to the end of the grace period: the kubelet gives a container this long even when its hook used up the
 * grace period, and less is too short for a shutdown.
 */
export const minimumShutdownSeconds = 2;

/** How long the container's preStop hook holds SIGTERM back: seconds, 0 without a hook, undefined when it cannot be known. */
export function preStopSeconds(container: Container): number | undefined {
  const preStop = container.lifecycle?.preStop;
  if (!hasHandler(preStop)) return 0;
  if (preStop.sleep !== undefined) return preStop.sleep.seconds ?? 0;
  return execSleepSeconds(preStop.exec?.command);
}

/** The time from a pod's deletion to SIGTERM, if the grace period is long enough; undefined when a hook's length is unknown. */
export function sleepBeforeSigtermSeconds(containers: readonly Container[]): number | undefined {
  const all = containers.map(preStopSeconds);
  return all.includes(undefined) ? undefined : Math.max(0, ...all.filter((seconds) => seconds !== undefined));
}

/**
 * The longest known hook of all containers: hooks start together, and the grace period runs in parallel. Rounded up, because a
 * grace period counts whole seconds.
 */
export function longestSleepSeconds({ spec }: PodTemplate): number {
  return longestOf(spec.containers);
}

const longestOf = onceForLong((containers: readonly Container[]) =>
  Math.ceil(Math.max(0, ...containers.map((container) => preStopSeconds(container) ?? 0))),
);

export function hasHandler(preStop: PreStop | undefined | null): preStop is PreStop {
  return preStop !== undefined && preStop !== null && handlersOf(hookHandlers, preStop).length > 0;
}

const longestSleepCommand = 100;
const mostWords = 20;

/** `sleep 10`, alone or through a shell; fractions are not standard, but GNU and BusyBox accept them. */
function execSleepSeconds(command: readonly string[] = []): number | undefined {
  if (command.length > mostWords || command.some((word) => word.length > longestSleepCommand)) return undefined;
  const [program = '', operand = '', ...more] = commandOf(command);
  if (more.length > 0 || !/^(?:\/\S*\/)?sleep$/.test(program)) return undefined;
  const seconds = /^(\d+(?:\.\d+)?)s?$/.exec(operand)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** The words of the command that a shell runs; a command that it would not run unchanged keeps its shell. */
function commandOf(command: readonly string[]): readonly string[] {
  const [program = '', flag, script = ''] = command;
  if (flag !== '-c' || !/^(?:\/\S*\/)?(?:ba|da|a)?sh$/.test(program)) return command;
  const words = script.trim().replace(/;$/, '').trim().split(/\s+/);
  return words[0] === 'exec' ? words.slice(1) : words;
}
