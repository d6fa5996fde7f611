// From when a pod can no longer be relied on: for what is open, for new connections, for a refusal.

import type { PodLifecycle } from './pod-lifecycles.ts';

// A kubelet notices the end of a container at its next check, each second, and reports it some time later.
export const kubeletReportLagMs = 1500;
// Between an event in the API server and our clock.
export const clockSkewMs = 100;

/** From when a terminating pod may end what is open: from SIGTERM on. undefined for one that is not terminating. */
export function endsFromMs({ deletingMs, sleepEndMs, stoppedMs, goneMs }: PodLifecycle): number | undefined {
  if (deletingMs === undefined) return undefined;
  if (sleepEndMs !== undefined) return sleepEndMs - clockSkewMs;
  // The hook has an unknown duration, or failed: only the end is known.
  const end = stoppedMs ?? goneMs;
  return Math.max(deletingMs - clockSkewMs, end === undefined ? 0 : end - kubeletReportLagMs);
}

/**
 * From when a terminating pod may not take new connections; undefined for one that is not terminating. Some applications stop
 * listening on SIGTERM, others serve on for a while: its own log says until when, or else the last connection that it took.
 */
export function deafFromMs(life: PodLifecycle): number | undefined {
  const fromMs = endsFromMs(life);
  if (fromMs === undefined) return undefined;
  if (life.closedMs !== undefined) return life.closedMs - clockSkewMs;
  return Math.max(fromMs, life.acceptedMs.at(-1) ?? 0);
}

/** How late the end of a pod may be known: its own log has the time itself. */
export function reportedLateMs({ closedMs }: PodLifecycle): number {
  return closedMs === undefined ? kubeletReportLagMs : clockSkewMs;
}

/** Until when a pod can refuse: afterwards its address belongs to nobody, and nobody answers. */
export function refusesUntilMs({ goneMs }: PodLifecycle): number {
  return (goneMs ?? Number.POSITIVE_INFINITY) + clockSkewMs;
}
