// Why a new connection was lost. The first rule that matches applies:
//   it broke after it was taken, as its     killed, if the pod had not had its SIGTERM yet when it was sent, else endpoint-lag
//   pod stopped
//   no endpoint was there, or none until    no-endpoint
//   a moment ago
//   only a pod that left can have lost it   endpoint-lag
//   only a new pod, which had not answered  not-ready
//   either of the two                       lag-or-not-ready: nobody sees which pod a connection was sent to
//   no answer, on an address that           endpoint-lag: a connection tracking entry that points to a pod that is gone keeps
//   was a pod's within the last minutes     its source port unusable for up to two minutes
//   anything else                           unexplained

import type { Sample } from '../load/sample.ts';
import { type AttributedCause, isSilence, type Scene } from './attributed-cause.ts';
import { killerOf } from './broken-conversation.ts';
import { refusesUntilMs } from './pod-endings.ts';
import type { PodLifecycle } from './pod-lifecycles.ts';
import { nearestFirst, type Suspects, suspectsAt, type TimeSpan } from './suspects.ts';

// kube-proxy writes its rules at most once a second: a change may have to wait that long, plus the time of the write.
const proxyMs = 1500;
// nf_conntrack_tcp_timeout_syn_sent.
const poisonedMs = 120_000;
// gRPC pauses for a second or more after a failed connection, and fails calls meanwhile with its error.
const grpcPauseMs = 2000;
const atNoTime = Number.POSITIVE_INFINITY;

export function newConnection(sample: Sample, scene: Scene): AttributedCause {
  const killer = sample.outcome === 'reset-sent' ? killerOf(sample, scene, 0) : undefined;
  if (killer !== undefined)
    return { cause: isKilled(sample, killer, scene) ? 'killed' : 'endpoint-lag', pod: killer.pod };
  const moment = momentOf(sample);
  if (isEmpty(scene, moment.toMs, 0)) return { cause: 'no-endpoint' };
  const suspects = suspectsAt(scene.lives, moment);
  const isAwaited = suspects.starting.some(({ proved }) => !proved);
  if (!isAwaited && !isSilence(sample.outcome) && isEmpty(scene, moment.toMs, proxyMs)) return { cause: 'no-endpoint' };
  // A pod that does not listen yet refuses at once: it neither accepts anything nor is silent.
  const stale = isUnanswered(sample) && suspects.leaving.length === 0 ? stalePod(sample, scene) : undefined;
  if (stale !== undefined) return { cause: 'endpoint-lag', pod: stale.pod };
  return among(suspects, sample, moment) ?? { cause: 'unexplained' };
}

/**
 * Whether the pod took the connection before its SIGTERM, and ended in the middle of the request. One that lets established
 * connections end in peace only closed its listener, with the new connection still waiting there.
 */
function isKilled({ sentMs, endMs }: Sample, killer: PodLifecycle, { abrupt }: Scene): boolean {
  if (sentMs >= (killer.sleepEndMs ?? killer.deletingMs ?? endMs)) return false;
  return abrupt !== false || killer.closedMs !== undefined || killer.deletingMs === undefined;
}

/** undefined: there is no suspect. */
function among(suspects: Suspects, sample: Sample, moment: TimeSpan): AttributedCause | undefined {
  const { leaving, starting } = plausible(suspects, sample, moment);
  if (leaving.length > 0 && starting.length > 0) return { cause: 'lag-or-not-ready' };
  if (leaving.length > 0) return { cause: 'endpoint-lag', pod: leaving[0]?.pod };
  return starting.length > 0 ? { cause: 'not-ready', pod: starting[0]?.pod } : undefined;
}

/** Without those that would have lost it in another way, as long as others are left. */
function plausible({ leaving, starting }: Suspects, sample: Sample, { fromMs }: TimeSpan): Suspects {
  const { outcome } = sample;
  const both = { leaving, starting };
  if (leaving.length === 0 || starting.length === 0) return both;
  if (outcome === 'reset-sent' || isUnanswered(sample)) return { leaving, starting: [] };
  if (isSilence(outcome)) return both;
  return { leaving: leaving.filter((life) => fromMs <= refusesUntilMs(life)), starting };
}

/** Whether no endpoint was there, or none until at most `lateMs` ago, when a proxy may still refuse. */
function isEmpty({ empty }: Scene, atMs: number, lateMs: number): boolean {
  return empty.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs + lateMs);
}

/**
 * When the request reached what did not answer it: silence begins when it is sent; a refusal comes at once, but a busy client hears
 * of it late.
 */
function momentOf({ outcome, lane, sentMs, endMs }: Sample): TimeSpan {
  if (isSilence(outcome)) return { fromMs: sentMs, toMs: sentMs };
  return { fromMs: lane.startsWith('grpc') ? sentMs - grpcPauseMs : sentMs, toMs: endMs };
}

/** No pod took the connection, nor refused it. */
function isUnanswered({ outcome, detail }: Sample): boolean {
  return isSilence(outcome) && detail !== 'no answer';
}

/** The pod that is gone, and that connection tracking may still lead to. */
function stalePod({ sentMs }: Sample, { lives }: Scene): PodLifecycle | undefined {
  const gone = lives.filter(({ goneMs = atNoTime }) => goneMs <= sentMs && sentMs <= goneMs + poisonedMs);
  return nearestFirst(gone, sentMs)[0];
}
