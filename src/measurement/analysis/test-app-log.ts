// What a pod of the experiment wrote about itself: JSON, one object a line, times in milliseconds since 1970 by its own clock.
//
// {"listening":ms}  {"connections":[ms, ...]}  {"sigterm":ms}  {"closed":ms}  {"exit":ms}; any other line is ignored.

import { isObject, type JsonObject } from '../../workload/json.ts';
import type { PodEvent, RolloutEvent } from '../rollout/event.ts';
import { inOrder } from '../rollout/order.ts';

export interface TestAppLog {
  readonly pod: string;
  readonly listeningMs?: number;
  readonly sigtermMs?: number;
  /** When it stopped listening; absent where it listened until its exit. */
  readonly closedMs?: number;
  readonly exitMs?: number;
  /** When a new connection was accepted, ascending. */
  readonly connectionsMs: readonly number[];
}

/** `clockOffsetMs`: what the load's clock is ahead of the pod's. */
export function readTestAppLog(pod: string, lines: Iterable<JsonObject>, clockOffsetMs = 0): TestAppLog {
  const connectionsMs: number[] = [];
  const times: { listeningMs?: number; sigtermMs?: number; closedMs?: number; exitMs?: number } = {};
  for (const { listening, sigterm, closed, exit, connections } of lines) {
    if (typeof listening === 'number') times.listeningMs = listening + clockOffsetMs;
    if (typeof sigterm === 'number') times.sigtermMs = sigterm + clockOffsetMs;
    if (typeof closed === 'number') times.closedMs = closed + clockOffsetMs;
    if (typeof exit === 'number') times.exitMs = exit + clockOffsetMs;
    if (!Array.isArray(connections)) continue;
    for (const ms of connections) if (typeof ms === 'number') connectionsMs.push(ms + clockOffsetMs);
  }
  return { pod, ...times, connectionsMs: connectionsMs.toSorted((a, b) => a - b) };
}

/** The JSON objects of a log. Other lines, and a line cut off when the pod was killed, are left out. */
export function* logObjects(lines: Iterable<string>): Generator<JsonObject, void, undefined> {
  for (const line of lines) {
    if (!line.startsWith('{')) continue;
    try {
      const value: unknown = JSON.parse(line);
      if (isObject(value)) yield value;
    } catch {
      // Half a line.
    }
  }
}

/**
 * The events with the pods' own times in them: when they listened; SIGTERM in place of the computed end of the sleep, and their
 * exit in place of the later report of the API server, which the kubelet sends up to two seconds after it.
 */
export function withLogs(events: readonly RolloutEvent[], logs: readonly TestAppLog[]): readonly RolloutEvent[] {
  const own = logs.flatMap(({ pod, listeningMs, sigtermMs, exitMs, closedMs = exitMs }) => {
    const times = { listening: listeningMs, 'sleep-end': sigtermMs, closed: closedMs, stopped: exitMs };
    return Object.entries(times).flatMap(([what, atMs]) =>
      atMs === undefined ? [] : [podEvent(pod, what as keyof typeof times, atMs)],
    );
  });
  const replaced = new Set(own.map(keyOf));
  const others = events.filter((event) => event.kind !== 'pod' || !replaced.has(keyOf(event)));
  return inOrder([...others, ...own]);
}

function podEvent(pod: string, what: PodEvent['what'], atMs: number): PodEvent {
  return { kind: 'pod', pod, what, atMs };
}

function keyOf({ pod, what }: PodEvent): string {
  return `${what} ${pod}`;
}
