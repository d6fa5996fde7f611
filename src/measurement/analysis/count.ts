// Counts of one measurement, and totals of several.

import { latencyOf, schedulingErrorOf } from '../load/percentiles.ts';
import { isLost, type RequestOutcome, type Sample } from '../load/sample.ts';
import { type Traffic, trafficKinds } from '../traffic.ts';
import { attribute } from './attribute.ts';
import type { Cause, Loss, Measurement, RolloutResult, TrafficCount } from './measurement.ts';
import { type Interval, meanInterval } from './statistics.ts';

/** `losses`: the measurement's, where they are known already. */
export function countRollout(
  measurement: Measurement,
  losses: readonly Loss[] = attribute(measurement),
): RolloutResult {
  const { startedMs, endedMs, samples } = measurement;
  const byLane = Map.groupBy(samples, ({ lane }) => lane);
  const used = trafficKinds.flatMap((lane) => {
    const own = byLane.get(lane);
    return own === undefined ? [] : [{ lane, samples: own }];
  });
  const { p99, max } = schedulingErrorOf(samples);
  return {
    startedMs,
    durationMs: endedMs - startedMs,
    lanes: used.map(({ lane, samples: own }) => countLane(lane, own)),
    causes: tally(losses.map(({ cause }) => cause)),
    longestGapMs: Math.max(0, ...used.map(({ samples: own }) => longestGapMs(own, measurement))),
    schedulingError: { p99, max },
  };
}

function countLane(lane: Traffic, samples: readonly Sample[]): TrafficCount {
  const outcomes: Partial<Record<RequestOutcome, number>> = tally(samples.map(({ outcome }) => outcome));
  return { lane, sent: samples.length, lost: samples.filter(isLost).length, outcomes, latency: latencyOf(samples) };
}

function tally<K extends string>(values: readonly K[]): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Of one kind of traffic: from one answer to the next, where a request that was due between them was lost. */
function longestGapMs(samples: readonly Sample[], { startedMs, endedMs }: Measurement): number {
  const answersMs = samples.filter((sample) => !isLost(sample)).map(({ endMs }) => endMs);
  const bounds = [startedMs, ...answersMs.toSorted((a, b) => a - b), endedMs];
  const lostMs = samples.filter(isLost).map(({ dueMs }) => dueMs);
  let longest = 0;
  let next = 0;
  for (const dueMs of lostMs.toSorted((a, b) => a - b)) {
    while (next < bounds.length - 1 && (bounds[next] ?? 0) <= dueMs) next += 1;
    longest = Math.max(longest, (bounds[next] ?? 0) - (bounds[next - 1] ?? 0));
  }
  return longest;
}

/** Over all kinds of traffic. */
export function lostIn({ lanes: counted }: Pick<RolloutResult, 'lanes'>): number {
  return sum(counted, 'lost');
}

/** Over all kinds of traffic. */
export function sentIn({ lanes: counted }: Pick<RolloutResult, 'lanes'>): number {
  return sum(counted, 'sent');
}

/** Several rollouts of the same thing. */
export interface RolloutTotals {
  readonly sent: number;
  readonly lost: number;
  /** In the order of `trafficKinds`. */
  readonly lanes: readonly { readonly lane: Traffic; readonly sent: number; readonly lost: number }[];
  /** Lost requests per rollout. */
  readonly perRollout: Interval;
  readonly longestGapMs: number;
  readonly causes: Partial<Record<Cause, number>>;
}

export function totalsOf(rollouts: readonly RolloutResult[]): RolloutTotals {
  const counted = rollouts.flatMap((rollout) => rollout.lanes);
  const byLane = trafficKinds.flatMap((lane) => {
    const own = counted.filter((one) => one.lane === lane);
    return own.length === 0 ? [] : [{ lane, sent: sum(own, 'sent'), lost: sum(own, 'lost') }];
  });
  const causes: Partial<Record<Cause, number>> = {};
  for (const rollout of rollouts)
    for (const [cause, n] of Object.entries(rollout.causes) as [Cause, number][])
      causes[cause] = (causes[cause] ?? 0) + n;
  return {
    sent: sum(counted, 'sent'),
    lost: sum(counted, 'lost'),
    lanes: byLane,
    perRollout: meanInterval(rollouts.map(lostIn)),
    longestGapMs: Math.max(0, ...rollouts.map((rollout) => rollout.longestGapMs)),
    causes,
  };
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0);
}
