// The recording of load and watch, kept as long as a measurement may need it, and cut into measurements.

import { withAnsweringPods } from '../analysis/answering-pods.ts';
import type { Measurement } from '../analysis/measurement.ts';
import type { Sample } from '../load/sample.ts';
import type { RolloutEvent } from '../rollout/event.ts';
import { inOrder, isPod } from '../rollout/order.ts';

export interface Recording {
  readonly sampled: (sample: Sample) => void;
  readonly happened: (event: RolloutEvent) => void;
  /** In the order in which they were received. */
  readonly events: readonly RolloutEvent[];
  readonly samples: () => readonly Sample[];
  /** When something happened last. */
  readonly lastMs: () => number;
  /** Drops requests that were due before this time. */
  readonly forget: (beforeMs: number) => void;
  readonly cut: (startedMs: number, endedMs: number) => Measurement;
}

export function createRecording(now: () => number): Recording {
  let samples: Sample[] = [];
  let lastMs = now();
  const events: RolloutEvent[] = [];
  return {
    events,
    samples: () => samples,
    lastMs: () => lastMs,
    sampled: (sample) => void samples.push(sample),
    happened: (event) => {
      lastMs = now();
      events.push(event);
    },
    forget: (beforeMs) => {
      samples = samples.filter(({ dueMs }) => dueMs >= beforeMs);
    },
    cut: (startedMs, endedMs) => {
      const due = samples.filter(({ dueMs }) => dueMs >= startedMs && dueMs <= endedMs);
      // Pods of earlier rollouts stay: a connection tracking entry may still point to them.
      const happened = inOrder(events).filter(({ atMs }) => atMs <= endedMs);
      const inTurn = due.toSorted((a, b) => a.dueMs - b.dueMs);
      return { startedMs, endedMs, samples: withAnsweringPods(inTurn, happened), events: happened };
    },
  };
}

/** The last event of the workload. */
export function lastOf({ events }: Recording) {
  return events.findLast((event) => event.kind === 'workload');
}

/** The measurement for a chart: without pods that were gone before, and without earlier events of the workload. */
export function withoutThePast(measurement: Measurement): Measurement {
  const { events, startedMs } = measurement;
  const gone = new Set<string>();
  for (const event of events) if (isPod(event, 'gone') && event.atMs < startedMs) gone.add(event.pod);
  const isPresent = (event: RolloutEvent) =>
    event.kind === 'workload' ? event.atMs >= startedMs : !gone.has(event.pod);
  return { ...measurement, events: events.filter(isPresent) };
}
