// The periods in which a Service had no endpoint to send to.

import type { RolloutEvent } from '../rollout/event.ts';
import { deafFromMs } from './pod-endings.ts';
import type { PodLifecycle } from './pod-lifecycles.ts';

export interface EndpointGap {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A gap: no endpoint is ready, and none is terminating but still serving, which kube-proxy falls back on. An endpoint whose pod
 * got SIGTERM does not serve, whatever its condition still says. There are no gaps when nothing is known about endpoints.
 */
export function endpointGaps(events: readonly RolloutEvent[], lives: readonly PodLifecycle[]): readonly EndpointGap[] {
  const silent = new Map(lives.map((life) => [life.pod, deafFromMs(life) ?? Number.POSITIVE_INFINITY]));
  const states = new Map<string, { readonly pod: string; readonly what: 'ready' | 'serving' }>();
  const spans: EndpointGap[] = [];
  let emptyFromMs: number | undefined;
  let known = false;
  for (const { atMs, change } of moments(events, silent)) {
    if (change !== undefined) {
      known = true;
      const { key, pod, what } = change;
      if (what === undefined) states.delete(key);
      else states.set(key, { pod, what });
    }
    const usable = [...states.values()].some(({ pod, what }) => what === 'ready' || (silent.get(pod) ?? 0) > atMs);
    if (!known || usable === (emptyFromMs === undefined)) continue;
    if (emptyFromMs !== undefined) spans.push({ fromMs: emptyFromMs, toMs: atMs });
    emptyFromMs = emptyFromMs === undefined ? atMs : undefined;
  }
  return emptyFromMs === undefined ? spans : [...spans, { fromMs: emptyFromMs, toMs: Number.POSITIVE_INFINITY }];
}

interface Moment {
  readonly atMs: number;
  readonly change?: { readonly key: string; readonly pod: string; readonly what: 'ready' | 'serving' | undefined };
}

/** The changes of endpoints, and the moments at which a pod falls silent between them. */
function moments(events: readonly RolloutEvent[], silent: ReadonlyMap<string, number>): readonly Moment[] {
  const changes = events
    .filter((event) => event.kind === 'endpoint')
    .map(({ atMs, pod, slice, what, serving }) => {
      const now = what === 'ready' ? what : what === 'terminating' && serving ? 'serving' : undefined;
      return { atMs, change: { key: `${slice} ${pod}`, pod, what: now } as const };
    });
  const falls = [...silent.values()].filter(Number.isFinite).map((atMs) => ({ atMs }));
  return [...changes, ...falls].toSorted((a, b) => a.atMs - b.atMs);
}
