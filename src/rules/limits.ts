// The limits of a rolling update in pods: how many may be missing and how many may be added, for the replicas that the workload has.

import type { Limit, Strategy } from '../workload/kinds/kind.ts';
import { limitsIn, recreates, settingIn } from '../workload/kinds/rolling-strategy.ts';
import type { IntOrPercent } from '../workload/workload.ts';
import type { Subject } from './rule.ts';
import { asRollout } from './workload-rollout.ts';

/** The fewest and the most pods that the workload can have. */
export interface Replicas {
  readonly least: number;
  readonly most: number;
  /** The name of the autoscaler that decides; absent for the author's own number. */
  readonly autoscaler?: string;
  /** True where the manifest has none, and one is taken to come. */
  readonly isScaledUp?: true;
}

// A kind without replicas has one pod for each of something, such as a node.
const uncounted = Number.MAX_SAFE_INTEGER;

/**
 * An autoscaler's limits win over the number in the manifest. With 0 it waits, unless it has a minimum of 0; but whoever keeps one
 * expects pods, and the scale-up is no write that a webhook sees.
 */
export function replicasOf(subject: Subject): Replicas {
  const { kind, workload, surroundings } = subject;
  if (kind.replicas === undefined) return { least: uncounted, most: uncounted };
  const rollout = surroundings.rollout();
  // A Rollout that takes its pods from here scales this workload to none.
  if (rollout !== undefined) return replicasOf(asRollout(subject, rollout));
  const written = settingIn(kind.replicas, workload);
  const autoscaler = surroundings.autoscaler();
  if (autoscaler === undefined) return { least: written, most: written };
  // An autoscaler that may go down to none has one pod at times.
  const least = Math.max(1, autoscaler.minReplicas);
  return { least, most: Math.max(least, autoscaler.maxReplicas), autoscaler: autoscaler.name };
}

/** The same for a rollout: without pods there is none, so of a workload that is scaled to none the first pod counts. */
export function replicasOfRollout(subject: Subject): Replicas {
  const replicas = replicasOf(subject);
  return replicas.most === 0 ? { least: 1, most: 1, isScaledUp: true } : replicas;
}

/** Rounded as the kind's controller does it; 0 for a value that is neither a number nor a percentage. */
export function podCount({ rounded }: Pick<Limit, 'rounded'>, value: IntOrPercent, replicas: number): number {
  if (typeof value === 'number') return Math.max(0, value);
  const [, digits, percent] = /^(\d+)(%?)$/.exec(value) ?? [];
  if (digits === undefined) return 0;
  // The API server refuses a number in quotes; what it means is plain all the same.
  if (percent === '') return Math.min(uncounted, Number(digits));
  const exact = Math.min(uncounted, (Number(digits) * replicas) / 100);
  return rounded === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

/** The two limits of a strategy, as they are written or by default. */
export interface RollingLimits {
  readonly maxUnavailable: IntOrPercent;
  readonly maxSurge: IntOrPercent;
}

/** A strategy that can start new pods before the old ones go. */
export type SurgingStrategy = Strategy & { readonly maxSurge: Limit };

/** What the limits mean: how many pods may be missing, and how many may be there beyond the replicas. */
export interface PodLimits {
  readonly unavailable: number;
  readonly surge: number;
}

/** Where both round to 0 the controller removes one pod. Source: kubernetes/kubernetes pkg/controller/deployment/util, ResolveFenceposts. */
export function podLimits(
  { maxUnavailable, maxSurge }: SurgingStrategy,
  limits: RollingLimits,
  replicas: number,
): PodLimits {
  const surge = podCount(maxSurge, limits.maxSurge, replicas);
  const down = Math.min(replicas, podCount(maxUnavailable, limits.maxUnavailable, replicas));
  return { surge, unavailable: surge === 0 && down === 0 ? Math.min(1, replicas) : down };
}

/** Why a new pod starts only after an old one has ended: `type Recreate`. undefined where it starts before, or where that is unknown. */
export function waitsForOldPod(subject: Subject): string | undefined {
  const { strategy } = subject.kind;
  // A Rollout that takes its pods from this workload replaces them in its own way.
  if (strategy === undefined || subject.surroundings.rollout() !== undefined) return undefined;
  // Limits that do not count keep no pod waiting.
  if (strategy.maxSurge !== undefined && strategy.otherwise?.(subject.workload) !== undefined) return undefined;
  if (recreates(strategy, subject.workload)) return `type ${strategy.type?.recreate}`;
  const { most } = replicasOf(subject);
  return most === 1 && surgePods(strategy, subject, most) === 0 ? 'one replica without a surge pod' : undefined;
}

function surgePods({ maxSurge, ...strategy }: Strategy, { workload }: Subject, replicas: number): number {
  if (maxSurge === undefined) return 0;
  const written = limitsIn({ ...strategy, maxSurge }, workload).maxSurge;
  return podCount(maxSurge, written ?? maxSurge.default, replicas);
}
