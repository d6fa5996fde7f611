// A rollout of a model cluster, request by request, in which the cause of each loss is known because the model made it.

import type { Cause, Measurement } from '../../../src/measurement/analysis/measurement.ts';
import { type TestAppLog, withLogs } from '../../../src/measurement/analysis/test-app-log.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import type { PodEvent, RolloutEvent } from '../../../src/measurement/rollout/event.ts';
import { inOrder } from '../../../src/measurement/rollout/order.ts';

/** All in milliseconds. */
export interface RolloutPlan {
  readonly replicas: number;
  /** With a probe, a pod is ready when it listens, and this later; without one, as soon as it has started. */
  readonly probeAfter: number | undefined;
  readonly startUp: number;
  readonly sleep: number;
  /** `end`: exits on SIGTERM. `close`: stops listening, exits later. `serve`: listens until it exits. */
  readonly onSigterm: 'end' | 'close' | 'serve';
  /** From SIGTERM to the exit, unless it ends at once. */
  readonly leave: number;
  /** From a change of an endpoint until the network sends accordingly; it learns of them in their order. */
  readonly joinLag: number;
  readonly leaveLag: number;
  /** From the exit until the address is nobody's, and until the API server hears of the exit. */
  readonly sandbox: number;
  readonly report: number;
  /** Which pod each connection goes to, in turn: any numbers. */
  readonly picks: readonly number[];
}

interface ModelPod {
  readonly name: string;
  readonly startedMs: number;
  readonly listeningMs: number;
  readonly readyMs: number;
  readonly deletingMs: number;
  readonly sigtermMs: number;
  readonly closedMs: number;
  readonly exitMs: number;
  readonly silentMs: number;
}

export interface MadeUpRollout {
  readonly measurement: Measurement;
  readonly logs: readonly TestAppLog[];
  /** As `attribute` knows it in the lab. */
  readonly withOwnLogs: Measurement;
  /** As it knows it of an application that does not name its pods. */
  readonly unnamed: Measurement;
  readonly truth: ReadonlyMap<Sample, Cause>;
}

const everyMs = 20;
const workMs = 8;
const timeoutMs = 5000;
const never = Number.POSITIVE_INFINITY;

export function rollOut(plan: RolloutPlan): MadeUpRollout {
  const pods = podsOf(plan);
  const endedMs =
    Math.max(...pods.map(({ silentMs, listeningMs }) => (silentMs === never ? listeningMs : silentMs))) + 4000;
  const truth = new Map<Sample, Cause>();
  const samples = Array.from({ length: Math.floor(endedMs / everyMs) }, (_, at) => {
    const { sample, cause } = request(at, pods, plan);
    if (cause !== undefined) truth.set(sample, cause);
    return sample;
  });
  const events = inOrder(pods.flatMap((pod) => eventsOf(pod, plan)));
  const measurement = { startedMs: 1, endedMs, samples, events };
  const logs = pods.map(logOf);
  const bare = new Map(samples.map((sample) => [sample, withoutPod(sample)]));
  for (const [sample, cause] of [...truth]) truth.set(bare.get(sample) ?? sample, cause);
  return {
    measurement,
    logs,
    withOwnLogs: { ...measurement, events: withLogs(events, logs) },
    unnamed: { ...measurement, samples: [...bare.values()] },
    truth,
  };
}

/** Each new pod starts when the one before is ready, and each old one is deleted when its successor is. */
function podsOf(plan: RolloutPlan): readonly ModelPod[] {
  let createdMs = 2000;
  const pairs = Array.from({ length: plan.replicas }, (_, at) => {
    const startedMs = createdMs + 700;
    const listeningMs = startedMs + plan.startUp;
    const readyMs = plan.probeAfter === undefined ? startedMs : listeningMs + plan.probeAfter;
    createdMs = readyMs + 20;
    return [oldPod(`old-${at}`, readyMs + 10, plan), newPod(`new-${at}`, { startedMs, listeningMs, readyMs })];
  });
  return pairs.flat();
}

function oldPod(name: string, deletingMs: number, { sleep, onSigterm, leave, sandbox }: RolloutPlan): ModelPod {
  const sigtermMs = deletingMs + sleep;
  const exitMs = sigtermMs + (onSigterm === 'end' ? 0 : leave);
  const closedMs = onSigterm === 'close' ? sigtermMs : exitMs;
  const before = { startedMs: 0, listeningMs: 0, readyMs: 0 };
  return { name, ...before, deletingMs, sigtermMs, closedMs, exitMs, silentMs: exitMs + sandbox };
}

function newPod(name: string, begin: Pick<ModelPod, 'startedMs' | 'listeningMs' | 'readyMs'>): ModelPod {
  return { name, ...begin, deletingMs: never, sigtermMs: never, closedMs: never, exitMs: never, silentMs: never };
}

interface Sent {
  readonly sample: Sample;
  /** undefined: it was answered. */
  readonly cause?: Cause;
}

function request(at: number, pods: readonly ModelPod[], { joinLag, leaveLag, picks }: RolloutPlan): Sent {
  const sentMs = at * everyMs + 5;
  const known = pods.filter(
    ({ readyMs, deletingMs }) =>
      (readyMs === 0 ? 0 : readyMs + joinLag) <= sentMs && sentMs < deletingMs + Math.max(leaveLag, joinLag),
  );
  const pod = known[(picks[at % picks.length] ?? 0) % known.length];
  if (pod === undefined) throw new Error('the model has a surge: some pod is always known');
  const lost = (outcome: Sample['outcome'], endMs: number, detail?: string): Sample => {
    const dueMs = sentMs;
    return { lane: 'get-new', dueMs, sentMs, endMs, connection: 'new', outcome, ...(detail && { detail }) };
  };
  if (sentMs < pod.listeningMs) return { sample: lost('refused', sentMs + 1), cause: 'not-ready' };
  if (sentMs >= pod.silentMs)
    return { sample: lost('timeout', sentMs + timeoutMs, 'no connection'), cause: 'endpoint-lag' };
  if (sentMs >= pod.closedMs) return { sample: lost('refused', sentMs + 1), cause: 'endpoint-lag' };
  if (sentMs + workMs > pod.exitMs)
    return { sample: lost('reset-sent', pod.exitMs), cause: sentMs < pod.sigtermMs ? 'killed' : 'endpoint-lag' };
  return { sample: { ...lost('ok', sentMs + workMs), pod: pod.name } };
}

function withoutPod({ pod: _, ...sample }: Sample): Sample {
  return sample;
}

/** As the watch tells them: the end of a pod is reported late. */
function eventsOf(pod: ModelPod, { report }: RolloutPlan): readonly RolloutEvent[] {
  const { name, startedMs, readyMs, deletingMs, sigtermMs, exitMs, silentMs } = pod;
  const goneMs = Math.max(exitMs + report, silentMs) + 100;
  const times: Readonly<Partial<Record<PodEvent['what'], number>>> = {
    created: Math.max(0, startedMs - 700),
    started: startedMs,
    ready: readyMs,
    deleting: deletingMs,
    'sleep-end': sigtermMs,
    stopped: exitMs + report,
    gone: goneMs,
  };
  const own = Object.entries(times).map(([what, atMs]) => ({ kind: 'pod', pod: name, what, atMs }) as PodEvent);
  const endpoint = { kind: 'endpoint', pod: name, slice: 'web-1' } as const;
  const listed: readonly RolloutEvent[] = [
    { ...endpoint, what: 'ready', atMs: readyMs },
    { ...endpoint, what: 'terminating', serving: true, atMs: deletingMs },
    { ...endpoint, what: 'removed', atMs: exitMs + report },
  ];
  return [...own, ...listed].filter(({ atMs }) => atMs !== never);
}

function logOf({ name, listeningMs, sigtermMs, closedMs, exitMs }: ModelPod): TestAppLog {
  const ended = exitMs === never ? {} : { sigtermMs, closedMs, exitMs };
  return { pod: name, listeningMs, connectionsMs: [], ...ended };
}
