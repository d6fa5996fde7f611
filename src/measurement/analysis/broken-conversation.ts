// Why a conversation broke that had begun: its pod stopped while it worked on the request, or closed the connection.

import type { Sample } from '../load/sample.ts';
import type { AttributedCause, Scene } from './attributed-cause.ts';
import { clockSkewMs, endsFromMs, kubeletReportLagMs } from './pod-endings.ts';
import type { PodLifecycle } from './pod-lifecycles.ts';

// A request refused sooner than this after it was sent met a closed connection: no pod had begun to work on it.
export const workedOnMs = 5;
const atNoTime = Number.POSITIVE_INFINITY;

/** The pod that stopped between a request and its loss, as far as the late report of its end shows. */
export function killerOf({ sentMs, endMs, pod }: Sample, { lives }: Scene, leastMs: number): PodLifecycle | undefined {
  if (endMs - sentMs < leastMs) return undefined;
  const fits = (ms: number | undefined) =>
    ms !== undefined && ms >= sentMs - clockSkewMs && ms <= endMs + kubeletReportLagMs;
  const stopped = lives.filter(
    (life) =>
      (pod === undefined || life.pod === pod) &&
      // Before its SIGTERM it keeps working.
      (endsFromMs(life) ?? 0) <= endMs &&
      (fits(life.stoppedMs ?? life.goneMs) || life.crashesMs.some(fits)),
  );
  return lastEnded(stopped, endMs);
}

export function brokenConversation(
  sample: Sample,
  { lives }: Scene,
  killer: PodLifecycle | undefined,
): AttributedCause {
  if (killer !== undefined) return { cause: 'killed', pod: killer.pod };
  const leaving = lives.filter((life) => (endsFromMs(life) ?? atNoTime) <= sample.endMs);
  const pod = sample.pod ?? lastEnded(leaving, sample.endMs)?.pod;
  // A server that was never seen to shut down, or to close, may just be slow.
  if (sample.outcome === 'timeout' && leaving.length === 0) return { cause: 'unexplained', pod };
  return { cause: 'closed-connection', pod };
}

/** The one that began to end last. */
function lastEnded(lives: readonly PodLifecycle[], atMs: number): PodLifecycle | undefined {
  const since = (life: PodLifecycle) => Math.abs(atMs - (endsFromMs(life) ?? life.crashesMs.at(-1) ?? 0));
  return lives.toSorted((a, b) => since(a) - since(b))[0];
}
