// What is known about each pod of a rollout: when it got traffic, when it was terminating, when it took connections.

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
  /** When its listener opened and closed, by its own log. */
  readonly listeningMs?: number;
  readonly closedMs?: number;
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
  /** When new connections were sent that it answered, ascending: it listened then, or a little later. */
  readonly acceptedMs: readonly number[];
}

export function podLifecycles(
  events: readonly RolloutEvent[],
  samples: readonly Sample[],
  startedMs: number,
): PodLifecycle[] {
  const answers = Map.groupBy(
    samples.filter(({ outcome }) => outcome === 'ok'),
    ({ pod }) => pod,
  );
  const byPod = Map.groupBy(events.filter(isOfPod), ({ pod }) => pod);
  return [...byPod].map(([pod, own]) => lifeOf(pod, own, { answers: answers.get(pod) ?? [], startedMs }));
}

type OfPod = Exclude<RolloutEvent, { kind: 'workload' }>;

function isOfPod(event: RolloutEvent): event is OfPod {
  return event.kind !== 'workload';
}

interface Known {
  readonly answers: readonly Sample[];
  readonly startedMs: number;
}

function lifeOf(pod: string, events: readonly OfPod[], { answers, startedMs }: Known): PodLifecycle {
  const at = (what: PodEvent['what']) => events.find((event) => event.kind === 'pod' && event.what === what)?.atMs;
  const createdMs = at('created');
  const deletingMs = at('deleting');
  const stops = events.filter((event) => event.kind === 'pod' && event.what === 'stopped').map(({ atMs }) => atMs);
  const times = {
    inRotationMs: rotationOf(events),
    listeningMs: at('listening'),
    closedMs: at('closed'),
    deletingMs,
    sleepEndMs: at('sleep-end'),
    stoppedMs: deletingMs === undefined ? undefined : stops.find((ms) => ms >= deletingMs),
    goneMs: at('gone'),
  };
  return {
    pod,
    old: createdMs === undefined || createdMs <= startedMs,
    proved: (at('ready') ?? 0) > (at('started') ?? Number.POSITIVE_INFINITY),
    crashesMs: stops.filter((ms) => deletingMs === undefined || ms < deletingMs),
    answersMs: ascending(answers.map(({ endMs }) => endMs)),
    acceptedMs: ascending(answers.filter(({ connection }) => connection === 'new').map(({ sentMs }) => sentMs)),
    ...Object.fromEntries(Object.entries(times).filter(([, ms]) => ms !== undefined)),
  };
}

function rotationOf(events: readonly OfPod[]): number | undefined {
  const kind = events.some((event) => event.kind === 'endpoint') ? 'endpoint' : 'pod';
  return events.find((event) => event.kind === kind && event.what === 'ready')?.atMs;
}

function ascending(times: readonly number[]): readonly number[] {
  return times.toSorted((a, b) => a - b);
}
