// The first rollout with a sleep replaces pods that have none, and can still lose requests: said once, so that nobody takes the loss
// for a fault of the sleep.

import { hasHandler } from '../workload/pre-stop.ts';
import type { AuthorDocument } from './author-document.ts';
import type { Desired } from './desired.ts';

/** True when this write brings the first sleep into the template of pods that run without one. */
export function replacesPodsWithoutSleep({ kind, received, stored }: AuthorDocument, { applied }: Desired): boolean {
  if (stored === undefined || stored.ours.length > 0 || kind.standstill?.(received) !== undefined) return false;
  const slept = applied.filter(({ rule }) => rule === 'pre-stop-sleep');
  if (slept.length === 0 || (kind.lastRollout?.(stored.object).pods ?? 0) === 0) return false;
  const before = kind.templateOf(stored.object).spec.containers;
  return before.some(
    ({ name, lifecycle }) => slept.some(({ container }) => container === name) && !hasHandler(lifecycle?.preStop),
  );
}
