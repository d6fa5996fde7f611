// What each pod was, from when to when: the bars below the dots.

import type { Measurement } from '../../../analysis/measurement.ts';
import type { EndpointEvent, PodEvent } from '../../../rollout/event.ts';

/** `sleeping`: in its preStop sleep. `ending`: from SIGTERM on. `ended`: its containers ended, the object is still there. */
export const podPhases = ['starting', 'ready', 'sleeping', 'ending', 'ended'] as const;
export type PodPhase = (typeof podPhases)[number];

/** `serving`: its endpoint is ready. `leaving`: it is terminating, and listed. */
export const endpointPhases = ['serving', 'leaving'] as const;
export type EndpointPhase = (typeof endpointPhases)[number];

export interface PhaseSpan<Phase> {
  readonly phase: Phase;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PodSpans {
  readonly pod: string;
  /** Whether it was there before the rollout began. */
  readonly old: boolean;
  readonly pods: readonly PhaseSpan<PodPhase>[];
  readonly endpoints: readonly PhaseSpan<EndpointPhase>[];
}

/** Old pods first, then by the time when they were first seen. */
export function spansOf(measurement: Measurement): readonly PodSpans[] {
  const { startedMs, endedMs, events } = measurement;
  const began = beganMs(measurement);
  const named = events.filter((event) => event.kind !== 'workload');
  const rows = [...Map.groupBy(named, ({ pod }) => pod)].map(([pod, own]): PodSpans => {
    const ofPod = own.filter((event) => event.kind === 'pod');
    const ofEndpoint = own.filter((event) => event.kind === 'endpoint');
    return {
      pod,
      old: !ofPod.some(({ what, atMs }) => what === 'created' && atMs >= began),
      pods: spans(podChanges(ofPod, startedMs), startedMs, endedMs),
      endpoints: spans(endpointChanges(ofEndpoint, startedMs), startedMs, endedMs),
    };
  });
  return rows.toSorted((one, other) => Number(other.old) - Number(one.old));
}

/** When the workload was changed; where that was not seen, when the measurement started. */
/** What the seconds of a timeline count from. */
export function zeroText({ events }: Pick<Measurement, 'events'>): string {
  const isRollout = events.some(({ kind, what }) => kind === 'workload' && what === 'changed');
  return `seconds since the ${isRollout ? 'rollout' : 'measurement'} began`;
}

export function beganMs({ startedMs, events }: Measurement): number {
  return events.find(({ kind, what }) => kind === 'workload' && what === 'changed')?.atMs ?? startedMs;
}

interface Change<Phase> {
  readonly atMs: number;
  /** undefined: nothing to draw from here on. */
  readonly phase: Phase | undefined;
}

function podChanges(events: readonly PodEvent[], startedMs: number): readonly Change<PodPhase>[] {
  const sleeps = isSleeping(events);
  const [first] = events;
  const before: readonly Change<PodPhase>[] =
    first === undefined || first.what === 'created' ? [] : [{ atMs: startedMs, phase: 'ready' }];
  let leaving = false;
  const changes = events.flatMap(({ atMs, what }): readonly Change<PodPhase>[] => {
    // Its listener is not drawn.
    if (what === 'listening' || what === 'closed') return [];
    // A pod that leaves may turn not ready and ready again: that is not what its bar says any more.
    if (leaving && (what === 'ready' || what === 'not-ready' || what === 'started')) return [];
    leaving ||= what === 'deleting' || what === 'stopped';
    return [{ atMs, phase: podPhaseAfter(what, sleeps) }];
  });
  return [...before, ...changes];
}

// Without a preStop sleep, SIGTERM comes some hundred milliseconds after the deletion; with one, a second later or more.
const shortestSleepMs = 1000;

/** Whether it has a preStop sleep; data of older versions do not say it. */
function isSleeping(events: readonly PodEvent[]): boolean {
  const [deleting, end] = (['deleting', 'sleep-end'] as const).map((what) => events.find((one) => one.what === what));
  if (deleting === undefined || end === undefined) return false;
  return deleting.sleepMs === undefined ? end.atMs - deleting.atMs >= shortestSleepMs : deleting.sleepMs > 0;
}

function podPhaseAfter(what: PodEvent['what'], sleeps: boolean): PodPhase | undefined {
  if (what === 'gone') return undefined;
  if (what === 'ready') return 'ready';
  if (what === 'deleting') return sleeps ? 'sleeping' : 'ending';
  if (what === 'sleep-end') return 'ending';
  return what === 'stopped' ? 'ended' : 'starting';
}

const endpointPhaseAfter: Readonly<Record<EndpointEvent['what'], EndpointPhase | undefined>> = {
  ready: 'serving',
  'not-ready': undefined,
  terminating: 'leaving',
  removed: undefined,
};

function endpointChanges(events: readonly EndpointEvent[], startedMs: number): readonly Change<EndpointPhase>[] {
  const before: readonly Change<EndpointPhase>[] =
    events[0]?.what === 'terminating' || events[0]?.what === 'removed' ? [{ atMs: startedMs, phase: 'serving' }] : [];
  return [...before, ...events.map(({ atMs, what }) => ({ atMs, phase: endpointPhaseAfter[what] }))];
}

/** Equal neighbours are one; those without length within the measurement are none. */
function spans<Phase>(
  changes: readonly Change<Phase>[],
  startedMs: number,
  endedMs: number,
): readonly PhaseSpan<Phase>[] {
  const turns = changes.filter(({ phase }, at) => at === 0 || phase !== changes[at - 1]?.phase);
  return turns.flatMap(({ atMs, phase }, at) => {
    const fromMs = Math.max(atMs, startedMs);
    const toMs = Math.min(turns[at + 1]?.atMs ?? endedMs, endedMs);
    return phase === undefined || toMs <= fromMs ? [] : [{ phase, fromMs, toMs }];
  });
}
