// The result of verify: the report's data, and what a pipeline needs in addition.

import { verifyFormat } from '../../names.ts';
import { advise, type Rolled } from '../analysis/advise.ts';
import { attribute } from '../analysis/attribute.ts';
import { countRollout, lostIn, type RolloutTotals, totalsOf } from '../analysis/count.ts';
import type { Loss, Measurement, RolloutResult } from '../analysis/measurement.ts';
import type { Traffic } from '../traffic.ts';
import { laggingOf } from './lagging.ts';
import { withoutThePast } from './recording.ts';
import type { VerifyReport } from './report.ts';
import { bare, type VerifyMeasurement } from './setup.ts';
import { unwatchedAdvice, unwatchedLosses } from './unwatched.ts';

export interface VerifiedRollout extends RolloutResult {
  /** `stuck`: it was not complete, and nothing happened any more. */
  readonly ended: VerifyMeasurement['ended'];
  readonly detail?: string;
  /** Of the lost ones, before the rollout began: not its fault, and counted all the same. */
  readonly lostBefore: number;
}

export interface VerifyResult extends Omit<VerifyReport, 'rollouts'>, RolloutTotals {
  /** `unknown`: a rollout was not measured to its end, and what was measured is within the limit. */
  readonly verdict: 'passed' | 'lost' | 'unknown';
  /** Where the load was sent from: the machine of the caller, or a pod beside the workload. */
  readonly from: 'here' | 'pod';
  /** Kinds of traffic. */
  readonly kinds: readonly Traffic[];
  readonly rollouts: readonly VerifiedRollout[];
}

/** One rollout and everything derived from it. */
export interface Counted {
  readonly rollout: VerifiedRollout;
  readonly losses: readonly Loss[];
  readonly measurement: Measurement;
}

/** `isWatched`: whether the events of a workload were seen, which explain losses. */
export function countMeasured({ measurement, beganMs, ended, detail }: VerifyMeasurement, isWatched = true): Counted {
  const losses = isWatched ? attribute(measurement) : unwatchedLosses(measurement);
  const lostBefore = losses.filter(({ sample }) => sample.endMs < beganMs).length;
  const about = { ended, lostBefore, ...(detail !== undefined && { detail }) };
  return { rollout: { ...countRollout(measurement, losses), ...about }, losses, measurement };
}

/** What was requested, the versions, and what went wrong. */
export type About = Omit<
  VerifyResult,
  'format' | 'verdict' | 'rollouts' | 'advice' | 'timelines' | keyof RolloutTotals
>;

/** `rolled`: the workload as it was at the beginning; absent when none was watched. */
export function resultOf(about: About, counted: readonly Counted[], rolled?: Rolled): VerifyResult {
  const rollouts = counted.map(({ rollout }) => rollout);
  const sum = totalsOf(rollouts);
  const failures = [...(rolled === undefined ? [] : rollouts.flatMap(unfinished)), ...about.failures];
  const isLost = rollouts.some((rollout) => lostIn(rollout) > about.maxLost);
  const lagging = counted.map(({ losses, measurement }) => laggingOf(losses, measurement));
  const lags = lagging.flatMap(({ lagSeconds }) => lagSeconds);
  const latencies = rollouts.flatMap(({ lanes }) => lanes.map(({ latency }) => latency.max / 1000));
  return {
    format: verifyFormat,
    ...about,
    ...sum,
    failures,
    verdict: isLost ? 'lost' : rollouts.length > 0 && failures.length === 0 ? 'passed' : 'unknown',
    rollouts,
    timelines: timelinesOf(counted, about.during === undefined ? 'Rollout' : 'Measurement'),
    advice:
      rolled === undefined
        ? unwatchedAdvice(sum.causes)
        : advise({
            causes: sum.causes,
            rolled,
            staleLosses: lagging.reduce((total, { stale }) => total + stale, 0),
            ...(lags.length > 0 && { lagSeconds: Math.max(...lags) }),
            ...(latencies.length > 0 && { longestSeconds: Math.max(...latencies) }),
          }),
  };
}

/** A sentence for a rollout that was not complete. */
function unfinished({ ended, detail = '' }: VerifiedRollout, index: number): readonly string[] {
  const why = detail === '' ? '' : `: ${bare(detail)}`;
  const words: Readonly<Record<VerifyMeasurement['ended'], readonly string[]>> = {
    complete: [],
    failed: [`rollout ${index + 1} failed${why}; see kubectl describe, and kubectl rollout undo`],
    stuck: [`rollout ${index + 1} is stuck${why}; see kubectl rollout status and kubectl get pods`],
    interrupted: [`rollout ${index + 1} was interrupted${why}`],
  };
  return words[ended];
}

const mostTimelines = 3;

function worstOf(counted: readonly Counted[]): readonly number[] {
  return [...counted.keys()].toSorted((a, b) => lostAt(counted, b) - lostAt(counted, a)).slice(0, mostTimelines);
}

/** Drops the single requests of rollouts that are not drawn: there may be a thousand. */
export function slimmed(counted: readonly Counted[]): readonly Counted[] {
  const worst = worstOf(counted);
  return counted.map((one, index) =>
    worst.includes(index) ? one : { ...one, measurement: { ...one.measurement, samples: [] } },
  );
}

/** Of the rollouts that lost most, in the order of time. */
function timelinesOf(counted: readonly Counted[], what: string): VerifyResult['timelines'] {
  return worstOf(counted)
    .toSorted((a, b) => a - b)
    .flatMap((index) => {
      const one = counted[index];
      if (one === undefined) return [];
      const title = `${what} ${index + 1}, ${lostAt(counted, index)} lost`;
      return [{ title, measurement: withoutThePast(one.measurement) }];
    });
}

function lostAt(counted: readonly Counted[], index: number): number {
  return counted[index]?.losses.length ?? 0;
}
