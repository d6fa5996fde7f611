// Why a conversation broke that had begun: its pod stopped while the request was under way, or closed the connection.

import { isLost, type Sample } from '../load/sample.ts';
import type { AttributedCause, Scene } from './attributed-cause.ts';
import { clockSkewMs, endsFromMs, reportedLateMs } from './pod-endings.ts';
import type { PodLifecycle } from './pod-lifecycles.ts';

// A request refused sooner than this after it was sent met a closed connection: no pod had begun to work on it.
export const workedOnMs = 5;
// A client may notice the end of a connection this late, and have sent something on it until then.
const noticedMs = 1000;
const atNoTime = Number.POSITIVE_INFINITY;

/** The pod that stopped between a request and its loss, as far as the late report of its end shows. */
export function killerOf(sample: Sample, { lives }: Scene, leastMs: number): PodLifecycle | undefined {
  const { sentMs, endMs, pod, connection } = sample;
  if (endMs - sentMs < leastMs) return undefined;
  const earliestMs = sentMs - (connection === 'reused' ? noticedMs : clockSkewMs);
  const stopped = lives.filter((life) => {
    const fits = (ms: number | undefined) => ms !== undefined && ms >= earliestMs && ms <= endMs + reportedLateMs(life);
    return (
      (pod === undefined || life.pod === pod) &&
      // Before its SIGTERM it keeps working.
      (endsFromMs(life) ?? 0) <= endedBy(sample) &&
      (fits(life.stoppedMs ?? life.goneMs) || life.crashesMs.some(fits))
    );
  });
  return lastEnded(stopped, endMs);
}

/** By when a pod must have begun to end, to be blamed: one that began later had not answered for a while, and may just be slow. */
function endedBy({ outcome, sentMs, endMs }: Sample): number {
  return outcome === 'timeout' ? Math.min(endMs, sentMs + noticedMs) : endMs;
}

/** Whether established connections broke at the end of a pod; undefined where the load had none. Its pods run one application. */
export function isAbrupt(samples: readonly Sample[], lives: readonly PodLifecycle[]): boolean | undefined {
  const reused = samples.filter(({ connection }) => connection === 'reused');
  if (reused.length === 0) return undefined;
  const broken = reused.filter(
    (sample) => isLost(sample) && ['cut', 'reset-sent', 'reset-unsent'].includes(sample.outcome),
  );
  return broken.some(({ endMs }) =>
    lives.some((life) => {
      const untilMs = (life.stoppedMs ?? life.goneMs ?? atNoTime) + noticedMs;
      return endMs >= (endsFromMs(life) ?? atNoTime) && endMs <= untilMs;
    }),
  );
}

export function brokenConversation(
  sample: Sample,
  { lives }: Scene,
  killer: PodLifecycle | undefined,
): AttributedCause {
  if (killer !== undefined) return { cause: 'killed', pod: killer.pod };
  const leaving = lives.filter((life) => (endsFromMs(life) ?? atNoTime) <= endedBy(sample));
  const pod = sample.pod ?? lastEnded(leaving, sample.endMs)?.pod;
  // A server that was never seen to shut down, or to close, may just be slow.
  if (sample.outcome === 'timeout' && leaving.length === 0) return { cause: 'unexplained', pod };
  return { cause: 'closed-connection', pod };
}

/** The one that began to end last; one that began afterwards, if only the clocks can be wrong about it. */
function lastEnded(lives: readonly PodLifecycle[], atMs: number): PodLifecycle | undefined {
  const since = (life: PodLifecycle) => atMs - (endsFromMs(life) ?? life.crashesMs.at(-1) ?? 0);
  const isAfter = (life: PodLifecycle) => since(life) < clockSkewMs && endsFromMs(life) !== undefined;
  return lives.toSorted(
    (a, b) => Number(isAfter(a)) - Number(isAfter(b)) || Math.abs(since(a)) - Math.abs(since(b)),
  )[0];
}
