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
import { nearestFirst, type Suspects, suspectsAt } from './suspects.ts';

// kube-proxy writes its rules at most once a second: a change may have to wait that long, plus the time of the write.
const proxyMs = 1500;
// nf_conntrack_tcp_timeout_syn_sent.
const poisonedMs = 120_000;
const atNoTime = Number.POSITIVE_INFINITY;

export function newConnection(sample: Sample, scene: Scene): AttributedCause {
  const killer = sample.outcome === 'reset-sent' ? killerOf(sample, scene, 0) : undefined;
  if (killer !== undefined) {
    const wasServing = sample.sentMs < (killer.sleepEndMs ?? killer.deletingMs ?? sample.endMs);
    return { cause: wasServing ? 'killed' : 'endpoint-lag', pod: killer.pod };
  }
  const atMs = momentOf(sample);
  if (isEmpty(scene, atMs, 0)) return { cause: 'no-endpoint' };
  const suspects = suspectsAt(scene.lives, atMs);
  const isAwaited = suspects.starting.some(({ proved }) => !proved);
  if (!isAwaited && !isSilence(sample.outcome) && isEmpty(scene, atMs, proxyMs)) return { cause: 'no-endpoint' };
  return among(suspects, sample, atMs) ?? afterwards(sample, scene, atMs);
}

/** undefined: there is no suspect. */
function among(suspects: Suspects, sample: Sample, atMs: number): AttributedCause | undefined {
  const { leaving, starting } = plausible(suspects, sample, atMs);
  if (leaving.length > 0 && starting.length > 0) return { cause: 'lag-or-not-ready' };
  if (leaving.length > 0) return { cause: 'endpoint-lag', pod: leaving[0]?.pod };
  return starting.length > 0 ? { cause: 'not-ready', pod: starting[0]?.pod } : undefined;
}

/** Without those that would have lost it in another way, as long as others are left. */
function plausible({ leaving, starting }: Suspects, { outcome, detail }: Sample, atMs: number): Suspects {
  const both = { leaving, starting };
  if (leaving.length === 0 || starting.length === 0) return both;
  // A pod that does not listen yet refuses at once: it neither accepts anything nor is silent.
  const isAccepted = outcome === 'timeout' && detail === 'no answer';
  if (outcome === 'reset-sent' || (isSilence(outcome) && !isAccepted)) return { leaving, starting: [] };
  if (isAccepted) return both;
  return { leaving: leaving.filter((life) => atMs <= refusesUntilMs(life)), starting };
}

/** Whether no endpoint was there, or none until at most `lateMs` ago, when a proxy may still refuse. */
function isEmpty({ empty }: Scene, atMs: number, lateMs: number): boolean {
  return empty.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs + lateMs);
}

/** When the request reached what did not answer: a refusal comes at once, after the last retry; silence begins when it is sent. */
function momentOf({ outcome, sentMs, endMs }: Sample): number {
  return isSilence(outcome) ? sentMs : endMs;
}

function afterwards({ outcome }: Sample, { lives }: Scene, atMs: number): AttributedCause {
  const gone: readonly PodLifecycle[] = lives.filter(
    ({ goneMs = atNoTime }) => goneMs <= atMs && atMs <= goneMs + poisonedMs,
  );
  if (isSilence(outcome) && gone.length > 0) return { cause: 'endpoint-lag', pod: nearestFirst(gone, atMs)[0]?.pod };
  return { cause: 'unexplained' };
}
