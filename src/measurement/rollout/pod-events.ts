// What happened to a pod, from its previous and its current state.

import { sleepBeforeSigtermSeconds } from '../../workload/pre-stop.ts';
import type { PodEvent } from './event.ts';
import { isReady, type Pod } from './objects.ts';
import type { PodNaming } from './pod-naming.ts';

type What = PodEvent['what'];

export interface PodChange {
  /** undefined for a pod seen for the first time. */
  readonly before: Pod | undefined;
  /** undefined for one that is gone. */
  readonly now: Pod | undefined;
}

/** The preStop sleep's end lies in the future of `atMs`: it comes with `deleting`, where the sleep is known. */
export function podEvents({ before, now }: PodChange, naming: PodNaming, atMs: number): PodEvent[] {
  const meta = (now ?? before)?.metadata;
  if (meta === undefined) return [];
  const pod = naming(meta.name, meta.uid);
  const event = (what: What, at = atMs): PodEvent => ({ kind: 'pod', pod, what, atMs: at });
  if (now === undefined) {
    const ended = before !== undefined && isStarted(before) ? [event('stopped')] : [];
    return [...ended, event('gone')];
  }
  const events = changes(before, now).map((what) => event(what));
  if (!isDeleting(now) || (before !== undefined && isDeleting(before))) return events;
  const sleepMs = preStopMs(now);
  if (sleepMs === undefined) return [...events, event('deleting')];
  return [...events, { ...event('deleting'), sleepMs }, event('sleep-end', atMs + sleepMs)];
}

/** In the order in which they must have happened. */
function changes(before: Pod | undefined, now: Pod): readonly What[] {
  const started = isStarted(now);
  // A container can restart between two watch events.
  const restarted = before !== undefined && isStarted(before) && restarts(now) > restarts(before);
  const wasStarted = before !== undefined && isStarted(before) && !restarted;
  const wasReady = before !== undefined && isReady(before) && !restarted;
  return [
    ...(before === undefined ? (['created'] as const) : []),
    ...(restarted || (wasStarted && isEnded(now)) ? (['stopped'] as const) : []),
    ...(started && !wasStarted ? (['started'] as const) : []),
    ...(isReady(now) && !wasReady ? (['ready'] as const) : []),
    ...(!isReady(now) && before !== undefined && isReady(before) ? (['not-ready'] as const) : []),
  ];
}

function isDeleting({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Every container runs or has run in this life of the pod, and they did not all end. */
function isStarted(pod: Pod): boolean {
  const statuses = pod.status?.containerStatuses ?? [];
  const begun = statuses.length > 0 && statuses.every(({ state }) => state?.running ?? state?.terminated);
  return begun && !isEnded(pod);
}

function isEnded({ status }: Pod): boolean {
  const statuses = status?.containerStatuses ?? [];
  // A pod that crashed waits for its next attempt, and reports its end as its last state.
  const over = statuses.every(({ state, lastState }) => state?.terminated ?? (state?.waiting && lastState?.terminated));
  return statuses.length > 0 && over;
}

/** How often all containers restarted. */
function restarts({ status }: Pod): number {
  return Math.min(...(status?.containerStatuses ?? []).map(({ restartCount = 0 }) => restartCount));
}

/**
 * From deletion to SIGTERM, or to what a hook does behind its sleep: the longest sleep of the containers, because they serve
 * together; 0 without a hook. The grace period cuts it off. undefined when a hook does something else, whose duration is unknown.
 */
export function preStopMs({ metadata, spec }: Pod): number | undefined {
  const seconds = sleepBeforeSigtermSeconds(spec.containers);
  if (seconds === undefined) return undefined;
  const grace = metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY;
  return Math.min(grace, seconds) * 1000;
}
