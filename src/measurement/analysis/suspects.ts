// The pods that may not have taken a new connection, though it may have been sent to them.

import { clockSkewMs, deafFromMs, kubeletReportLagMs } from './pod-endings.ts';
import type { PodLifecycle } from './pod-lifecycles.ts';

// An ingress or load balancer may go on sending to a pod for some seconds.
const lagAfterEndMs = 10_000;
// A pod that never reported its name, or never answered, is blamed no longer than this.
const slowStartMs = 30_000;
const atNoTime = Number.POSITIVE_INFINITY;

export interface Suspects {
  /** Terminating, or gone a moment ago; the last one first. */
  readonly leaving: readonly PodLifecycle[];
  /** In rotation, and not seen to answer. */
  readonly starting: readonly PodLifecycle[];
}

/** When a connection met its pod: not before, nor after. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export function suspectsAt(lives: readonly PodLifecycle[], moment: TimeSpan): Suspects {
  const leaving = nearestFirst(
    lives.filter((life) => isLeaving(life, moment)),
    moment.toMs,
  );
  const starting = lives.filter((life) => isStarting(life, moment));
  // A pod that passed its probe can answer: more likely, no connection was sent to it yet.
  return { leaving, starting: leaving.length === 0 ? starting : starting.filter(({ proved }) => !proved) };
}

/** Those first that ended, or may have ended, next to this time. */
export function nearestFirst(lives: readonly PodLifecycle[], atMs: number): readonly PodLifecycle[] {
  const since = (life: PodLifecycle) => Math.abs(atMs - (deafFromMs(life) ?? life.crashesMs.at(-1) ?? 0));
  return lives.toSorted((a, b) => since(a) - since(b));
}

function isLeaving(life: PodLifecycle, { fromMs, toMs }: TimeSpan): boolean {
  const deafMs = deafFromMs(life);
  const endMs = life.goneMs ?? life.stoppedMs ?? atNoTime;
  return deafMs !== undefined && toMs >= deafMs && fromMs <= endMs + lagAfterEndMs;
}

/** Whether it is in rotation, or back after a crash, and neither listens by its own log nor has answered since then. */
function isStarting(
  { old, inRotationMs, crashesMs, answersMs, listeningMs, deletingMs = atNoTime }: PodLifecycle,
  { fromMs, toMs }: TimeSpan,
): boolean {
  const arrival = { beginMs: (inRotationMs ?? 0) - clockSkewMs, afterMs: inRotationMs ?? 0, openMs: listeningMs };
  const begins = [
    ...(old || inRotationMs === undefined ? [] : [arrival]),
    ...crashesMs.map((afterMs) => ({ beginMs: afterMs - kubeletReportLagMs, afterMs, openMs: undefined })),
  ];
  return begins.some(({ beginMs, afterMs, openMs }) => {
    const answeredMs = openMs ?? answersMs.find((ms) => ms > afterMs) ?? afterMs + slowStartMs;
    return toMs >= beginMs && fromMs <= Math.min(answeredMs, deletingMs);
  });
}
