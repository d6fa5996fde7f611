// Why each request was lost: the state of pods and endpoints at that moment, compared with what the client saw.
//
// The client of a Service does not know the pod that it was sent to, so the pod that could not answer at that time is blamed.
// The first rule that matches applies:
//   an answer with an error                 answered-error
//   cut in its middle                       killed if a pod stopped then, else closed-connection
//   a reused connection broke               killed if a pod stopped while it worked on the request, else closed-connection
//   a new connection broke after it was     killed, if the pod had not had its SIGTERM yet when it was sent
//   taken, as its pod stopped
//   no endpoint was there, or none until    no-endpoint
//   a moment ago
//   a pod that left could not answer        endpoint-lag
//   a new pod had never answered            not-ready
//   both                                    endpoint-lag if nothing was there even to refuse, or the connection was accepted;
//                                           alternating, because a Service chooses evenly, as long as the old one certainly
//                                           got traffic, that is until the last loss that only it can explain; then not-ready
//   no answer, on an address that           endpoint-lag: a connection tracking entry that points to a pod that is gone keeps
//   was a pod's within the last minutes     its source port unusable for up to two minutes
//   anything else                           unexplained

import { isLost, type Sample } from '../load/sample.ts';
import { type EndpointGap, endpointGaps } from './endpoint-gaps.ts';
import type { Cause, Loss, Measurement } from './measurement.ts';
import { clockSkewMs, kubeletReportLagMs, type PodLifecycle, podLifecycles, silentFromMs } from './pod-lifecycles.ts';

// kube-proxy writes its rules at most once a second: a change may have to wait that long, plus the time of the write.
const proxyMs = 1500;
// An ingress or load balancer may go on sending to a pod for some seconds.
const lagAfterEndMs = 10_000;
// nf_conntrack_tcp_timeout_syn_sent.
const poisonedMs = 120_000;
// A request refused sooner than this after it was sent met a closed connection: no pod had begun to work on it.
const workedOnMs = 5;
// A pod that never reported its name, or never answered, is blamed no longer than this.
const slowStartMs = 30_000;

interface Scene {
  readonly lives: readonly PodLifecycle[];
  readonly empty: readonly EndpointGap[];
  /** By terminating pod: when it certainly got its last connection. */
  readonly lastSentMs: ReadonlyMap<string, number>;
  /** True every second time. */
  readonly toss: () => boolean;
}

interface Blame {
  readonly cause: Cause;
  readonly pod?: string | undefined;
}

/** One for each lost sample, in their order. `events` must be in order: see `inOrder`. */
export function attribute({ samples, events, startedMs }: Measurement): readonly Loss[] {
  const lives = podLifecycles(events, samples, startedMs);
  let tosses = 0;
  const toss = () => ++tosses % 2 === 1;
  const scene = { lives, empty: endpointGaps(events, lives), lastSentMs: lastSent(samples, lives), toss };
  return samples.filter(isLost).map((sample) => {
    const { cause, pod } = blame(sample, scene);
    return { sample, cause, ...(pod !== undefined && { pod }) };
  });
}

function blame(sample: Sample, scene: Scene): Blame {
  const { outcome, connection, pod } = sample;
  if (outcome === 'http-error') return { cause: 'answered-error', pod };
  if (outcome === 'cut') return brokenConversation(sample, scene, killerOf(sample, scene, 0));
  if (connection === 'reused') return brokenConversation(sample, scene, killerOf(sample, scene, workedOnMs));
  return newConnection(sample, scene);
}

/** The pod that stopped between a request and its loss, as far as the late report of its end shows. */
function killerOf({ sentMs, endMs, pod }: Sample, { lives }: Scene, leastMs: number): string | undefined {
  if (endMs - sentMs < leastMs) return undefined;
  const fits = (ms: number | undefined) =>
    ms !== undefined && ms >= sentMs - clockSkewMs && ms <= endMs + kubeletReportLagMs;
  const stopped = lives.filter(
    (life) =>
      (pod === undefined || life.pod === pod) &&
      // Before its SIGTERM it keeps working.
      (silentFromMs(life) ?? 0) <= endMs &&
      (fits(life.stoppedMs ?? life.goneMs) || life.crashesMs.some(fits)),
  );
  return nearest(stopped, endMs)?.pod;
}

function brokenConversation(sample: Sample, { lives }: Scene, killer: string | undefined): Blame {
  if (killer !== undefined) return { cause: 'killed', pod: killer };
  const leaving = lives.filter((life) => (silentFromMs(life) ?? Number.POSITIVE_INFINITY) <= sample.endMs);
  const pod = sample.pod ?? nearest(leaving, sample.endMs)?.pod;
  // A server that was never seen to shut down, or to close, may just be slow.
  if (sample.outcome === 'timeout' && leaving.length === 0) return { cause: 'unexplained', pod };
  return { cause: 'closed-connection', pod };
}

/** The one that fell silent last. */
function nearest(lives: readonly PodLifecycle[], atMs: number): PodLifecycle | undefined {
  const since = (life: PodLifecycle) => Math.abs(atMs - (silentFromMs(life) ?? life.crashesMs.at(-1) ?? 0));
  return lives.toSorted((a, b) => since(a) - since(b))[0];
}

function newConnection(sample: Sample, scene: Scene): Blame {
  const killer = sample.outcome === 'reset-sent' ? killerOf(sample, scene, workedOnMs) : undefined;
  const killed = scene.lives.find(({ pod }) => pod === killer);
  if (killed !== undefined) {
    const wasServing = sample.sentMs < (killed.sleepEndMs ?? killed.deletingMs ?? sample.endMs);
    return { cause: wasServing ? 'killed' : 'endpoint-lag', pod: killed.pod };
  }
  const atMs = momentOf(sample);
  if (isEmpty(scene, atMs, 0)) return { cause: 'no-endpoint' };
  const { leaving, starting } = suspects(scene.lives, atMs);
  if (!(starting && !starting.proved) && !isSilence(sample.outcome) && isEmpty(scene, atMs, proxyMs))
    return { cause: 'no-endpoint' };
  if (leaving && starting) return isOldOne(leaving, starting, { sample, atMs, scene }) ? lag(leaving) : early(starting);
  if (leaving) return lag(leaving);
  if (starting) return early(starting);
  return afterwards(sample, scene, atMs);
}

const lag = ({ pod }: PodLifecycle): Blame => ({ cause: 'endpoint-lag', pod });
const early = ({ pod }: PodLifecycle): Blame => ({ cause: 'not-ready', pod });

/** The pods that could not answer a new connection at that time, though it may have been sent to them. */
function suspects(lives: readonly PodLifecycle[], atMs: number) {
  const leaving = nearest(
    lives.filter((life) => isLeaving(life, atMs)),
    atMs,
  );
  // A pod that passed its probe can answer: more likely, no connection was sent to it yet.
  const starting = lives.find((life) => isStarting(life, atMs) && !(leaving && life.proved));
  return { leaving, starting };
}

/** Whether the old pod is to blame when neither the old nor the new one can answer. */
function isOldOne(
  { pod, deletingMs = 0 }: PodLifecycle,
  { answersMs }: PodLifecycle,
  { sample, atMs, scene }: { readonly sample: Sample; readonly atMs: number; readonly scene: Scene },
): boolean {
  // A pod that does not listen yet refuses at once and accepts nothing.
  if (sample.outcome !== 'refused' && sample.outcome !== 'reset-unsent') return true;
  // It is unknown when a pod that does not report its name began to answer; known is the time that the network needs.
  if (answersMs.length === 0) return atMs <= deletingMs + proxyMs;
  return (scene.lastSentMs.get(pod) ?? 0) > atMs && scene.toss();
}

/** When a terminating pod got the last new connection for which only it can be blamed: until then the network sent to it. */
function lastSent(samples: readonly Sample[], lives: readonly PodLifecycle[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const sample of samples) {
    if (sample.connection !== 'new' || sample.outcome === 'ok' || sample.outcome === 'http-error') continue;
    const atMs = momentOf(sample);
    const { leaving, starting } = suspects(lives, atMs);
    const isAlone = starting === undefined || isSilence(sample.outcome);
    if (leaving && isAlone) last.set(leaving.pod, Math.max(atMs, last.get(leaving.pod) ?? 0));
  }
  return last;
}

/** Whether no endpoint was there, or none until at most `lateMs` ago, when a proxy may still refuse. */
function isEmpty({ empty }: Scene, atMs: number, lateMs: number): boolean {
  return empty.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs + lateMs);
}

/** When the request reached what did not answer: a refusal comes at once, after the last retry; silence begins when it is sent. */
function momentOf({ outcome, sentMs, endMs }: Sample): number {
  return isSilence(outcome) ? sentMs : endMs;
}

function isSilence(outcome: Sample['outcome']): boolean {
  return outcome === 'timeout' || outcome === 'unreachable';
}

function isLeaving(life: PodLifecycle, atMs: number): boolean {
  const fromMs = silentFromMs(life);
  const endMs = life.goneMs ?? life.stoppedMs ?? Number.POSITIVE_INFINITY;
  return fromMs !== undefined && atMs >= fromMs && atMs <= endMs + lagAfterEndMs;
}

/** Whether it is in rotation, or back after a crash, without an answer since then. */
function isStarting(
  { old, inRotationMs, crashesMs, answersMs, deletingMs = atNoTime }: PodLifecycle,
  atMs: number,
): boolean {
  const begins = [
    ...(old || inRotationMs === undefined ? [] : [{ fromMs: inRotationMs - clockSkewMs, afterMs: inRotationMs }]),
    ...crashesMs.map((afterMs) => ({ fromMs: afterMs - kubeletReportLagMs, afterMs })),
  ];
  return begins.some(({ fromMs, afterMs }) => {
    const answeredMs = answersMs.find((ms) => ms > afterMs) ?? afterMs + slowStartMs;
    return atMs >= fromMs && atMs <= Math.min(answeredMs, deletingMs);
  });
}
const atNoTime = Number.POSITIVE_INFINITY;

function afterwards({ outcome }: Sample, { lives }: Scene, atMs: number): Blame {
  const gone = lives.filter(({ goneMs = atNoTime }) => goneMs <= atMs && atMs <= goneMs + poisonedMs);
  if (isSilence(outcome) && gone.length > 0) return { cause: 'endpoint-lag', pod: nearest(gone, atMs)?.pod };
  return { cause: 'unexplained' };
}
