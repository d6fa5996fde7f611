// The true cause of a loss, from what the test applications wrote about themselves: when they listened, got SIGTERM, closed, and exited.

import type { Cause } from '../../../src/measurement/analysis/measurement.ts';
import type { TestAppLog } from '../../../src/measurement/analysis/test-app-log.ts';
import type { Sample } from '../../../src/measurement/load/sample.ts';
import type { RolloutEvent } from '../../../src/measurement/rollout/event.ts';

/** What a pod's log and the watch say of it; a time that did not come is Infinity. */
interface TruePod {
  readonly inRotationMs: number;
  readonly listeningMs: number;
  readonly deletingMs: number;
  readonly sigtermMs: number;
  readonly closedMs: number;
  readonly exitMs: number;
  readonly goneMs: number;
}

// A busy process writes a little later than it acts.
const tolerantMs = 50;
// gRPC fails calls with the error of its last connection, during a pause of a second and more.
const grpcPauseMs = 2000;
// A client may notice the end of a connection late, and the kubelet reports that of a pod late.
const noticedMs = 1000;
const reportedMs = 1500;
const never = Number.POSITIVE_INFINITY;

export interface Truth {
  /** What can have caused a loss of a new or reused connection; none: the logs do not say. */
  readonly causesOf: (sample: Sample) => ReadonlySet<Cause>;
}

export function truthFrom(logs: readonly TestAppLog[], events: readonly RolloutEvent[]): Truth {
  const pods = logs.map((log) => truePod(log, events));
  return {
    causesOf: (sample) => {
      const { outcome, connection } = sample;
      if (outcome === 'http-error') return new Set<Cause>(['answered-error']);
      if (outcome === 'refused') return refused(sample, pods);
      if (outcome === 'cut' || connection === 'reused') return broken(sample, pods);
      if (outcome === 'reset-sent') return taken(sample, pods);
      return outcome === 'timeout' || outcome === 'unreachable' ? silent(sample, pods) : refused(sample, pods);
    },
  };
}

function truePod(log: TestAppLog, events: readonly RolloutEvent[]): TruePod {
  const { pod, listeningMs = never, sigtermMs = never, exitMs = never, closedMs = exitMs } = log;
  const at = (kind: RolloutEvent['kind'], what: RolloutEvent['what']) =>
    events.find((event) => event.kind === kind && event.what === what && 'pod' in event && event.pod === pod)?.atMs;
  const inRotationMs = at('endpoint', 'ready') ?? never;
  const deletingMs = at('pod', 'deleting') ?? never;
  return { inRotationMs, listeningMs, deletingMs, sigtermMs, closedMs, exitMs, goneMs: at('pod', 'gone') ?? never };
}

/** By a pod that listened not yet, or not any more. */
function refused({ lane, sentMs: sent, endMs }: Sample, pods: readonly TruePod[]): ReadonlySet<Cause> {
  const sentMs = lane.startsWith('grpc') ? sent - grpcPauseMs : sent;
  const early = pods.some(({ inRotationMs, listeningMs }) => {
    const isSentTo = inRotationMs < listeningMs && inRotationMs - tolerantMs <= endMs;
    return isSentTo && listeningMs >= sentMs;
  });
  const late = pods.some(({ closedMs, goneMs }) => closedMs - tolerantMs <= endMs && goneMs >= sentMs - tolerantMs);
  return new Set<Cause>([...(early ? ['not-ready' as const] : []), ...(late ? ['endpoint-lag' as const] : [])]);
}

/** By a pod that listened, and closed or exited before it answered. */
function taken({ sentMs, endMs }: Sample, pods: readonly TruePod[]): ReadonlySet<Cause> {
  const within = (ms: number) => ms >= sentMs - tolerantMs && ms <= endMs + tolerantMs;
  const causes = pods.flatMap(({ deletingMs, sigtermMs, closedMs, exitMs }): readonly Cause[] => {
    const isKilled = within(exitMs) && sentMs <= sigtermMs + tolerantMs;
    // It was terminating already, and had not got its SIGTERM.
    const isLate =
      (within(exitMs) && sentMs >= Math.min(deletingMs, sigtermMs) - tolerantMs) ||
      (within(closedMs) && !within(exitMs));
    return [...(isKilled ? ['killed' as const] : []), ...(isLate ? ['endpoint-lag' as const] : [])];
  });
  return new Set(causes);
}

/** Nobody was there even to refuse: only an address whose pod is gone is silent. */
function silent({ sentMs, detail }: Sample, pods: readonly TruePod[]): ReadonlySet<Cause> {
  const isOver = pods.some(({ exitMs }) => exitMs - tolerantMs <= sentMs);
  return new Set<Cause>(isOver && detail !== 'no answer' ? ['endpoint-lag'] : []);
}

/**
 * An established connection, at the end of its pod. It broke because the pod ended, as far as a client and the kubelet's report can
 * show, or because the pod closed it; both ask for the same: an application that drains.
 */
function broken({ sentMs, endMs }: Sample, pods: readonly TruePod[]): ReadonlySet<Cause> {
  const causes = pods.flatMap(({ sigtermMs, exitMs }): readonly Cause[] => {
    const isKilled = exitMs >= sentMs - noticedMs - tolerantMs && exitMs <= endMs + reportedMs;
    const isClosed = sigtermMs - tolerantMs <= endMs && (exitMs > endMs || sentMs >= exitMs - tolerantMs);
    return [...(isKilled ? ['killed' as const] : []), ...(isClosed ? ['closed-connection' as const] : [])];
  });
  return new Set(causes);
}
