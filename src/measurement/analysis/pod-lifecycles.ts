// What is known about each pod of a rollout: when it got traffic, when it was terminating, when it could not answer.

import type { Sample } from '../load/sample.ts';
import type { PodEvent, RolloutEvent } from '../rollout/event.ts';

/** Milliseconds since 1970 on the load's clock; absent: it did not happen, or is not known. */
export interface PodLifecycle {
  readonly pod: string;
  /** When the first of its endpoints was ready, or itself where no Service is watched. */
  readonly inRotationMs?: number;
  /** It was there when the measurement began. */
  readonly old: boolean;
  /** It was ready later than it started, so it passed a probe. Without a probe both are reported at once. */
  readonly proved: boolean;
  readonly deletingMs?: number;
  /** SIGTERM. */
  readonly sleepEndMs?: number;
  /** The end of its containers after its deletion. */
  readonly stoppedMs?: number;
  readonly goneMs?: number;
  /** Ends of its containers before any deletion. */
  readonly crashesMs: readonly number[];
  /** When its answers came, ascending. */
  readonly answersMs: readonly number[];
}

export function podLifecycles(
  events: readonly RolloutEvent[],
  samples: readonly Sample[],
  startedMs: number,
): PodLifecycle[] {
  const answers = answersByPod(samples);
  const byPod = Map.groupBy(events.filter(isOfPod), ({ pod }) => pod);
  return [...byPod].map(([pod, own]) => lifeOf(pod, own, { answersMs: answers.get(pod) ?? [], startedMs }));
}

type OfPod = Exclude<RolloutEvent, { kind: 'workload' }>;

function isOfPod(event: RolloutEvent): event is OfPod {
  return event.kind !== 'workload';
}

function lifeOf(
  pod: string,
  events: readonly OfPod[],
  { answersMs, startedMs }: { readonly answersMs: readonly number[]; readonly startedMs: number },
): PodLifecycle {
  const at = (what: PodEvent['what']) => events.find((event) => event.kind === 'pod' && event.what === what)?.atMs;
  const endpointMs = events.find((event) => event.kind === 'endpoint' && event.what === 'ready')?.atMs;
  const endpointed = events.some(({ kind }) => kind === 'endpoint');
  const inRotationMs = endpointed ? endpointMs : at('ready');
  const deletingMs = at('deleting');
  const stops = events.filter((event) => event.kind === 'pod' && event.what === 'stopped').map(({ atMs }) => atMs);
  const stoppedMs = deletingMs === undefined ? undefined : stops.find((ms) => ms >= deletingMs);
  const crashesMs = stops.filter((ms) => deletingMs === undefined || ms < deletingMs);
  const createdMs = at('created');
  const proved = (at('ready') ?? 0) > (at('started') ?? Number.POSITIVE_INFINITY);
  const times = { inRotationMs, deletingMs, sleepEndMs: at('sleep-end'), stoppedMs, goneMs: at('gone') };
  const known = Object.fromEntries(Object.entries(times).filter(([, ms]) => ms !== undefined));
  return { pod, old: createdMs === undefined || createdMs <= startedMs, proved, crashesMs, answersMs, ...known };
}

function answersByPod(samples: readonly Sample[]): ReadonlyMap<string, readonly number[]> {
  const answers = new Map<string, number[]>();
  for (const { pod, outcome, endMs } of samples) {
    if (pod === undefined || outcome !== 'ok') continue;
    const own = answers.get(pod);
    if (own === undefined) answers.set(pod, [endMs]);
    else own.push(endMs);
  }
  for (const own of answers.values()) own.sort((a, b) => a - b);
  return answers;
}

// A kubelet notices the end of a container at its next check, each second, and reports it some time later.
export const kubeletReportLagMs = 1500;
// Between an event in the API server and our clock.
export const clockSkewMs = 100;

/** From when a terminating pod cannot be relied on to answer; undefined for one that is not terminating. */
export function silentFromMs({ deletingMs, sleepEndMs, stoppedMs, goneMs }: PodLifecycle): number | undefined {
  if (deletingMs === undefined) return undefined;
  if (sleepEndMs !== undefined) return sleepEndMs - clockSkewMs;
  // The hook has an unknown duration, or failed: only the end is known.
  const end = stoppedMs ?? goneMs;
  return Math.max(deletingMs - clockSkewMs, end === undefined ? 0 : end - kubeletReportLagMs);
}
