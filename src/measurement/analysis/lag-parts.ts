// How long each part of the network takes to learn that a pod is terminating: EndpointSlice, the rules of the node, the last arrival.

import { spreadOf } from '../load/percentiles.ts';
import type { RolloutEvent } from '../rollout/event.ts';
import { isPod } from '../rollout/order.ts';
import { clockSkewMs } from './pod-endings.ts';
import type { DataPlaneMode, PodRoute } from './pod-routes.ts';
import type { TestAppLog } from './test-app-log.ts';

/**
 * `slice`: from a pod's deletionTimestamp to its EndpointSlice, where it is not ready any more. `rule`: from there to the moment when the
 * rules of the node do not lead to it any more. `network`: both together. `arrival`: from there to the last new connection that the
 * pod accepted, below 0 where that came earlier; only of pods that listened for so long. `unheard`: from the moment when the pod stopped
 * listening to the end of its rules; only of those that did not.
 */
export const lagPartNames = ['slice', 'rule', 'network', 'arrival', 'unheard'] as const;
export type LagPartName = (typeof lagPartNames)[number];

/** One terminating pod, in milliseconds since its deletionTimestamp was seen. Absent: not known. */
export interface PodLagParts {
  readonly pod: string;
  /** See rowKey. */
  readonly row: string;
  readonly sliceMs?: number;
  readonly ruleMs?: number;
  /** SIGTERM, on which the test application closes its listeners. */
  readonly silentMs?: number;
  readonly lastArrivalMs?: number;
}

export interface LagPart {
  /** For which it is known. */
  readonly pods: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LagParts {
  readonly mode: DataPlaneMode;
  /** The program that read the rules. */
  readonly reads: string;
  /** How exact the time of a change of rules is, apart from the delays of a busy node. */
  readonly resolutionMs: number;
  /** Absent where it is known of no pod. */
  readonly parts: Partial<Record<LagPartName, LagPart>>;
  readonly pods: readonly PodLagParts[];
}

/** `routes` undefined, or without a pod: what the rules said about it is not known. */
export function podLagParts(
  events: readonly RolloutEvent[],
  { row, routes, logs }: { row: string; routes: readonly PodRoute[]; logs: readonly TestAppLog[] },
): readonly PodLagParts[] {
  return events
    .filter((event) => isPod(event, 'deleting'))
    .map(({ pod, atMs }): PodLagParts => {
      const slice = events.find(
        (event) =>
          event.kind === 'endpoint' && event.pod === pod && event.what !== 'ready' && event.atMs >= atMs - clockSkewMs,
      );
      const route = routes.find((one) => one.pod === pod);
      const log = logs.find((one) => one.pod === pod);
      const times = {
        sliceMs: slice?.atMs,
        ruleMs: route?.toMs,
        silentMs: log?.sigtermMs ?? log?.exitMs,
        lastArrivalMs: route?.lastArrivalMs,
      };
      // No rule goes before the deletion: where one seems to, the lab was told of the deletion too late to time anything by it.
      const isLate = route?.toMs !== undefined && route.toMs < atMs - clockSkewMs;
      return { pod, row, ...(isLate ? {} : since(atMs, times)) };
    });
}

/** To a tenth of a millisecond. */
function since(fromMs: number, times: Readonly<Record<string, number | undefined>>) {
  const known = Object.entries(times).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([name, ms]) => [name, Math.round((ms - fromMs) * 10) / 10]));
}

export function lagPartsOf(pods: readonly PodLagParts[]): LagParts['parts'] {
  const parts = lagPartNames.map((name) => {
    const values = pods.map((pod) => durations[name](pod)).filter((ms) => ms !== undefined);
    return values.length === 0 ? [] : [[name, { pods: values.length, ...spreadOf(values) }] as const];
  });
  return Object.fromEntries(parts.flat());
}

const durations: Readonly<Record<LagPartName, (pod: PodLagParts) => number | undefined>> = {
  slice: ({ sliceMs }) => sliceMs,
  rule: ({ sliceMs, ruleMs }) => between(sliceMs, ruleMs),
  network: ({ ruleMs }) => ruleMs,
  arrival: (pod) => (listenedOn(pod) === true ? between(pod.ruleMs, pod.lastArrivalMs) : undefined),
  unheard: (pod) => (listenedOn(pod) === false ? between(pod.silentMs, pod.ruleMs) : undefined),
};

function between(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : Math.round((toMs - fromMs) * 10) / 10;
}

/** Whether the pod still listened when the last rule went; undefined: not known. */
function listenedOn({ ruleMs, silentMs }: PodLagParts): boolean | undefined {
  return ruleMs === undefined || silentMs === undefined ? undefined : silentMs >= ruleMs;
}
