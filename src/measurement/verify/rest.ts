// After a command has ended: until its rollout is over, or nothing moves, and for some time after that.

import { nowMs, pause } from '../../timing.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import type { Workload } from '../../workload/workload.ts';
import { type Phase, phaseOf } from './phase.ts';
import { lastOf, type Recording } from './recording.ts';
import { quietMsOf } from './session.ts';
import { pollMs, type VerifyMeasurement } from './setup.ts';

export interface Rest {
  readonly kind: WorkloadKind;
  readonly workload: Workload;
  readonly recording: Recording;
  /** When the command began: a rollout since then is its own. */
  readonly beganMs: number;
  /** How long it must have been at rest. */
  readonly settleMs: number;
  /** The longest that a paused rollout, or pods without a rollout, are waited for. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** How a measurement ended. */
export type HowEnded = Pick<VerifyMeasurement, 'ended' | 'detail'>;

/** Called when the command has ended. */
export async function atRest(rest: Rest): Promise<HowEnded> {
  const { recording, beganMs, settleMs, signal } = rest;
  const endedMs = nowMs();
  let sinceMs: number | undefined;
  for (;;) {
    const phase = phaseOf(recording.events, beganMs);
    sinceMs = isResting(phase, rest) ? (sinceMs ?? nowMs()) : undefined;
    if (signal.aborted) return { ended: 'interrupted', detail: detailOf(phase, rest) };
    if (sinceMs !== undefined && nowMs() - sinceMs >= settleMs) return { ended: 'complete' };
    const end = failed(phase, rest) ?? (sinceMs === undefined ? stuck(phase, rest, endedMs) : undefined);
    if (end !== undefined) return end;
    await pause(pollMs, signal);
  }
}

/** A workload that had failed before, and was left alone, is at rest as well. */
function isResting(phase: Phase, { recording, beganMs }: Rest): boolean {
  if (phase.kind === 'over') return true;
  const last = lastOf(recording);
  const wasFailed = last?.what === 'failed' && last.atMs < beganMs;
  return phase.kind === 'before' && (phase.complete || wasFailed);
}

/** Also of a workload that was deleted without having rolled. */
function failed(phase: Phase, { recording, beganMs }: Rest): HowEnded | undefined {
  const last = lastOf(recording);
  const isNew = last?.what === 'failed' && last.atMs >= beganMs;
  return phase.kind === 'failed' || isNew ? { ended: 'failed', detail: last?.detail ?? '' } : undefined;
}

function stuck(phase: Phase, rest: Rest, endedMs: number): HowEnded | undefined {
  const { kind, workload, recording, waitMs } = rest;
  const quietMs = quietMsOf(kind, workload);
  const waits = phase.kind === 'rolling' && phase.waits;
  const isQuiet = nowMs() - Math.max(endedMs, recording.lastMs()) > (waits ? Math.max(quietMs, waitMs) : quietMs);
  // Pods that come and go without a rollout have no deadline of their own.
  const isLate = phase.kind === 'before' && nowMs() - endedMs > Math.max(quietMs, waitMs);
  return isQuiet || isLate ? { ended: 'stuck', detail: detailOf(phase, rest) } : undefined;
}

function detailOf(phase: Phase, { recording }: Rest): string {
  if (phase.kind === 'leaving') return `${phase.pods} old pods are still there`;
  return lastOf(recording)?.detail ?? '';
}
