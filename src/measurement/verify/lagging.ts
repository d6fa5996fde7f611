// How late the network still sent to pods that were terminating, as far as their losses surely show.

import type { Loss, Measurement } from '../analysis/measurement.ts';
import type { RolloutEvent } from '../rollout/event.ts';
import { isPod } from '../rollout/order.ts';

export interface Lagging {
  /** From a pod's deletion to each request lost because of it, seconds. */
  readonly lagSeconds: readonly number[];
  /** Requests that connection tracking still sent to the pod, when the network did not any more. */
  readonly stale: number;
}

export function laggingOf(losses: readonly Loss[], measurement: Measurement): Lagging {
  const { events } = measurement;
  const at = (what: 'deleting' | 'gone', pod: string | undefined) =>
    events.find((event) => isPod(event, what) && event.pod === pod)?.atMs ?? Number.POSITIVE_INFINITY;
  const lagging = losses.filter(({ cause }) => cause === 'endpoint-lag');
  const byPod = [...Map.groupBy(lagging, ({ pod }) => pod)];
  const lone = new Set(byPod.flatMap(([, own]) => (isLone(own, measurement) ? own : [])));
  const isStale = (loss: Loss) =>
    lone.has(loss) || (loss.sample.outcome === 'timeout' && loss.sample.sentMs > at('gone', loss.pod));
  const lagSeconds = lagging
    .filter((loss) => !isStale(loss))
    .map(({ sample, pod }) => Math.max(0, sample.sentMs - at('deleting', pod)) / 1000);
  return { lagSeconds, stale: lagging.length - lagSeconds.length };
}

/**
 * Whether next to no new connection was lost since the pod's SIGTERM: while the network sends to it, each pod gets its share. The rest
 * used the source port of a connection that the pod had reset: for 10 s (nf_conntrack_tcp_timeout_close) it leads to that pod.
 */
function isLone(own: readonly Loss[], { samples, events }: Measurement): boolean {
  const pods = new Set(events.flatMap((event) => (event.kind === 'pod' ? [event.pod] : [])));
  const fromMs = sigtermOf(own[0]?.pod, events);
  const lastMs = Math.max(...own.map(({ sample }) => sample.sentMs));
  const answered = samples.filter(
    ({ connection, outcome, sentMs }) =>
      connection === 'new' && outcome === 'ok' && sentMs >= fromMs && sentMs <= lastMs,
  );
  return own.length < (leastShare / pods.size) * (own.length + answered.length);
}

/** Of a pod's even share of the connections. */
const leastShare = 0.2;

function sigtermOf(pod: string | undefined, events: readonly RolloutEvent[]): number {
  const times = (['sleep-end', 'deleting'] as const).map(
    (what) => events.find((event) => isPod(event, what) && event.pod === pod)?.atMs,
  );
  return times.find((ms) => ms !== undefined) ?? Number.POSITIVE_INFINITY;
}
