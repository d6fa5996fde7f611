// What a container does before SIGTERM, and how long that takes.

import { handlersOf, hookHandlers } from './api-defaults.ts';
import { onceForLong } from './once.ts';
import type { Container, PodTemplate, PreStop } from './workload.ts';

/** How long the container's preStop hook holds SIGTERM back: seconds, 0 without a hook, undefined when it cannot be known. */
export function preStopSeconds(container: Container): number | undefined {
  const preStop = container.lifecycle?.preStop;
  if (!hasHandler(preStop)) return 0;
  if (preStop.sleep !== undefined) return preStop.sleep.seconds ?? 0;
  return execSleepSeconds(preStop.exec?.command);
}

/** The longest hook of all containers whose length is known: they start together, the grace period runs beside them. */
export function longestSleepSeconds({ spec }: PodTemplate): number {
  return longestOf(spec.containers);
}

const longestOf = onceForLong((containers: readonly Container[]) =>
  Math.max(0, ...containers.map((container) => preStopSeconds(container) ?? 0)),
);

export function hasHandler(preStop: PreStop | undefined | null): preStop is PreStop {
  return preStop !== undefined && preStop !== null && handlersOf(hookHandlers, preStop).length > 0;
}

const longestSleepCommand = 100;
const mostWords = 20;

/** `sleep 10`, alone or through a shell. */
function execSleepSeconds(command: readonly string[] = []): number | undefined {
  if (command.length > mostWords || command.some((word) => word.length > longestSleepCommand)) return undefined;
  const text = command
    .filter((word, i) => !(i < 2 && /^((\/usr)?\/bin\/)?(ba|da|a)?sh$|^-c$/.test(word)))
    .join(' ')
    .trim();
  if (text.length > longestSleepCommand) return undefined;
  const seconds = /^(?:exec\s+)?(?:(?:\/usr)?\/bin\/)?sleep\s+(\d+)s?(?:\s*;)?$/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
