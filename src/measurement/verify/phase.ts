// The phase of a rollout, from the events of its workload and pods.

import type { RolloutEvent } from '../rollout/event.ts';

export type Phase =
  /** No new pod template yet. */
  | { readonly kind: 'before'; readonly complete: boolean }
  /** `waits`: for a person or a timer, as planned. */
  | { readonly kind: 'rolling'; readonly beganMs: number; readonly detail: string; readonly waits: boolean }
  /** Every new pod is available; this many old ones are still there. */
  | { readonly kind: 'leaving'; readonly beganMs: number; readonly pods: number }
  /** `overMs`: when the last old pod was gone. */
  | { readonly kind: 'over'; readonly beganMs: number; readonly overMs: number }
  | { readonly kind: 'failed'; readonly beganMs: number; readonly detail: string };

/** Of the first rollout that began after `sinceMs`. `events` in the order in which they were received. */
export function phaseOf(events: readonly RolloutEvent[], sinceMs: number): Phase {
  const workload = events.filter((event) => event.kind === 'workload');
  const first = workload.findIndex(({ what, atMs }) => what === 'changed' && atMs > sinceMs);
  const last = workload.at(-1);
  const leaving = leavingPods(events).size + (last?.oldPods ?? 0);
  const began = workload[first];
  if (began === undefined) return { kind: 'before', complete: last?.what === 'complete' && leaving === 0 };
  const { atMs: beganMs } = began;
  const detail = last?.detail ?? '';
  if (last?.what === 'failed') return { kind: 'failed', beganMs, detail };
  if (last?.what !== 'complete') return { kind: 'rolling', beganMs, detail, waits: last?.waits ?? false };
  if (leaving > 0) return { kind: 'leaving', beganMs, pods: leaving };
  const gone = events.filter(({ kind, what }) => kind === 'pod' && what === 'gone').map(({ atMs }) => atMs);
  return { kind: 'over', beganMs, overMs: Math.max(last.atMs, ...gone) };
}

/** Deleted, and not gone yet. */
function leavingPods(events: readonly RolloutEvent[]): ReadonlySet<string> {
  const pods = new Set<string>();
  for (const event of events) {
    if (event.kind !== 'pod') continue;
    if (event.what === 'deleting') pods.add(event.pod);
    if (event.what === 'gone') pods.delete(event.pod);
  }
  return pods;
}
