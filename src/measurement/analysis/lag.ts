// How long this cluster's network keeps sending new connections to a terminating pod.

import { percentile } from '../load/percentiles.ts';
import type { RolloutEvent } from '../rollout/event.ts';
import { isPod } from '../rollout/order.ts';
import type { TestAppLog } from './test-app-log.ts';

/** From a pod's deletionTimestamp to its last new connection, milliseconds. */
export interface Lag {
  readonly pods: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The longest lag among the pods that are left out because they stopped while connections still came; absent when there is none. */
  readonly cutShortMax?: number;
  /** One per pod, ascending. */
  readonly values: readonly number[];
}

export interface PodLag {
  readonly pod: string;
  readonly lagMs: number;
  /**
   * It stopped listening while connections still came, or too soon to know: the lag is at least this. Such a pod measures how
   * long its application ran, not the network.
   */
  readonly cutShort: boolean;
}

// Among 100 connections a second to a few pods, the next one comes in less than this; and kube-proxy waits up to a second.
const quietMs = 1500;

/** The lag of each deleted pod whose log is available. Events and logs must be on the same clock. */
export function podLags(events: readonly RolloutEvent[], logs: readonly TestAppLog[]): readonly PodLag[] {
  const byPod = new Map(logs.map((log) => [log.pod, log]));
  return events.flatMap((event) => {
    const log = isPod(event, 'deleting') ? byPod.get(event.pod) : undefined;
    return log === undefined ? [] : [lagOf(log, event.atMs)];
  });
}

function lagOf({ pod, connectionsMs, sigtermMs, closedMs, exitMs }: TestAppLog, deletingMs: number): PodLag {
  const lastMs = connectionsMs.at(-1) ?? deletingMs;
  const lagMs = Math.max(0, lastMs - deletingMs);
  // After its listener closed, the absence of connections proves nothing. A log with none of these times is incomplete, and one
  // without the first may be of an application that closes its listener on SIGTERM.
  const listenedUntilMs = closedMs ?? sigtermMs ?? exitMs ?? Number.NEGATIVE_INFINITY;
  return { pod, lagMs, cutShort: listenedUntilMs - Math.max(lastMs, deletingMs) < quietMs };
}

/** The distribution over the pods that listened long enough; undefined when there is none. */
export function lagDistribution(lags: readonly PodLag[]): Lag | undefined {
  const values = lags
    .filter(({ cutShort }) => !cutShort)
    .map(({ lagMs }) => lagMs)
    .toSorted((a, b) => a - b);
  if (values.length === 0) return undefined;
  const cut = lags.filter(({ cutShort }) => cutShort).map(({ lagMs }) => lagMs);
  const cutShortMax = cut.reduce((most, lagMs) => Math.max(most, lagMs), 0);
  const at = (percent: number) => percentile(values, percent);
  const open = cut.length > 0 && { cutShortMax };
  return { pods: values.length, p50: at(50), p99: at(99), max: at(100), ...open, values };
}
