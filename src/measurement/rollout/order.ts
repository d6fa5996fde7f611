// The events of one rollout in order, including what pods reported themselves.

import type { PodEvent, RolloutEvent } from './event.ts';

/** Sorts by atMs and drops duplicates, and a `sleep-end` that did not happen because the pod stopped before it. */
export function inOrder(events: readonly RolloutEvent[]): readonly RolloutEvent[] {
  const sorted = events.toSorted((a, b) => a.atMs - b.atMs);
  const seen = new Map<string, string>();
  const ended = new Set<string>();
  const kept: RolloutEvent[] = [];
  for (const event of sorted) {
    const { key, state } = identify(event);
    if (seen.get(key) === state) continue;
    if (isPod(event, 'sleep-end') && ended.has(event.pod)) continue;
    if (isPod(event, 'stopped') || isPod(event, 'gone')) ended.add(event.pod);
    if (isPod(event, 'started')) ended.delete(event.pod);
    seen.set(key, state);
    kept.push(event);
  }
  return kept;
}

/** The subject of an event and its state: the same state twice in a row is one event. */
function identify(event: RolloutEvent): { readonly key: string; readonly state: string } {
  if (event.kind === 'pod') return { key: `pod ${event.pod}`, state: event.what };
  if (event.kind === 'endpoint')
    return { key: `endpoint ${event.pod} ${event.slice}`, state: `${event.what} ${event.serving}` };
  return { key: 'workload', state: `${event.what} ${event.detail} ${event.oldPods}` };
}

export function isPod(event: RolloutEvent, what: PodEvent['what']): event is PodEvent {
  return event.kind === 'pod' && event.what === what;
}
