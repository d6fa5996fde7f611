// Rollouts of a user's workload under load, one after the other. The load runs from beginning to end, because it is unknown when
// a rollout started by others begins.

import { restartWorkload } from '../../cluster/workloads.ts';
import { nowMs, pause } from '../../timing.ts';
import { graceSeconds } from '../../workload/api-defaults.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { settingIn } from '../../workload/kinds/rolling-strategy.ts';
import type { Workload } from '../../workload/workload.ts';
import { watchRollout } from '../rollout/watch.ts';
import { deleted } from '../rollout/workload-events.ts';
import { type Phase, phaseOf } from './phase.ts';
import { answers, settled } from './preconditions.ts';
import { createRecording, lastOf, type Recording } from './recording.ts';
import {
  leadOf,
  pollMs,
  tailOf,
  VerifyError,
  type VerifyLoad,
  type VerifyMeasurement,
  type VerifySetup,
} from './setup.ts';

/** A rollout that does nothing for longer than its deadline, or than a pod may take to end, and this, is stuck. */
const patienceMs = 30_000;

/** @throws ApiError; VerifyError; earlier measurements have been reported. Returns early when interrupted. */
export async function verifyRollouts(setup: VerifySetup): Promise<void> {
  const { api, ref, load: settings, signal, onEvent } = setup;
  const recording = createRecording(nowMs);
  const watch = watchRollout({
    api,
    ...ref,
    tell: recording.happened,
    trouble: (reason) => onEvent({ kind: 'trouble', reason }),
  });
  let load: VerifyLoad | undefined;
  try {
    const watched = await watch.ready;
    onEvent({ kind: 'watching', ...watched });
    load = await setup.startLoad(settings, recording.sampled);
    await answers({ ...setup, held: 'nothing is rolled' }, recording);
    await settled(setup, recording);
    let [sinceMs, countedUntilMs] = [nowMs(), 0];
    for (let rollout = 1; rollout <= setup.rollouts && !signal.aborted; rollout++) {
      const round = { setup, tape: recording, rollout, workload: watched.workload, countedUntilMs };
      const measured = await measureOne(round, sinceMs, load);
      if (measured === undefined) return;
      onEvent({ kind: 'measured', rollout, measured });
      if (measured.ended !== 'complete') return;
      countedUntilMs = measured.measurement.endedMs;
      sinceMs = countedUntilMs - tailOf(setup);
    }
  } finally {
    await Promise.allSettled([load?.stop(), watch.stop()]);
  }
}

interface Round {
  readonly setup: VerifySetup;
  readonly tape: Recording;
  /** From 1. */
  readonly rollout: number;
  readonly workload: Workload;
  /** The end of the measurement before: when the next rollout comes at once, no request counts in both. */
  readonly countedUntilMs: number;
}

/** Stops the load when it is the last one. undefined: interrupted before it began. */
async function measureOne(round: Round, sinceMs: number, load: VerifyLoad): Promise<VerifyMeasurement | undefined> {
  const { setup, tape: recording, rollout, countedUntilMs } = round;
  const { signal } = setup;
  const beganMs = await begin(round, sinceMs);
  if (beganMs === undefined) return undefined;
  setup.onEvent({ kind: 'begun', rollout });
  const end = await ending(round, sinceMs);
  const isOver = end.phase.kind === 'over';
  if (end.phase.kind === 'over') await pause(end.phase.overMs + tailOf(setup) - nowMs(), signal);
  const endedMs = nowMs();
  const isLast = !isOver || rollout === setup.rollouts;
  // What was sent at the end has its outcome by then.
  if (!isLast) await pause(setup.load.timeoutMs + pollMs, signal);
  if (isLast || signal.aborted) await load.stop();
  else await load.fetch?.();
  const measurement = recording.cut(Math.max(beganMs - leadOf(setup), countedUntilMs), endedMs);
  return { measurement, beganMs, ...describe(end, signal.aborted) };
}

/** When it began; undefined: interrupted before. @throws VerifyError when it does not begin. */
async function begin({ setup, tape: recording, rollout }: Round, sinceMs: number): Promise<number | undefined> {
  const { api, ref, source, restart, waitMs, signal, onEvent } = setup;
  if (restart) {
    await pause(leadOf(setup), signal);
    if (signal.aborted) return undefined;
    await restartWorkload(api, source, new Date());
  } else onEvent({ kind: 'waiting', rollout });
  const untilMs = nowMs() + waitMs;
  for (;;) {
    const phase = phaseOf(recording.events, sinceMs);
    if (phase.kind !== 'before') return phase.beganMs;
    if (signal.aborted) return undefined;
    if (nowMs() > untilMs)
      throw new VerifyError(
        `no rollout began within ${Math.round(waitMs / 1000)} s: wait longer with --wait, or start one with --restart`,
      );
    if (isGone(recording)) throw new VerifyError(`the ${ref.kind.kind} was deleted`);
    // A wait of hours, or a thousand rollouts, must not keep millions of requests in memory.
    recording.forget(nowMs() - leadOf(setup) - setup.load.timeoutMs - 1000);
    await pause(pollMs, signal);
  }
}

function isGone(recording: Recording): boolean {
  const last = lastOf(recording);
  return last?.what === 'failed' && last.detail === deleted;
}

interface End {
  readonly phase: Phase;
  readonly isStuck: boolean;
}

async function ending({ setup, tape: recording, rollout, workload }: Round, sinceMs: number): Promise<End> {
  const quietMs = quietMsOf(setup.ref.kind, workload);
  let waits = false;
  for (;;) {
    const phase = phaseOf(recording.events, sinceMs);
    if (phase.kind === 'rolling' && phase.waits && !waits)
      setup.onEvent({ kind: 'paused', rollout, detail: phase.detail });
    waits = phase.kind === 'rolling' && phase.waits;
    const isStuck = nowMs() - recording.lastMs() > (waits ? setup.waitMs : quietMs);
    if (phase.kind === 'over' || phase.kind === 'failed' || isStuck || setup.signal.aborted) return { phase, isStuck };
    await pause(pollMs, setup.signal);
  }
}

/** As long as nothing needs to happen in a rollout that is not stuck. */
export function quietMsOf(kind: WorkloadKind, workload: Workload): number {
  const { progressDeadlineSeconds, templateOf, oldPodsStaySeconds } = kind;
  const deadline = progressDeadlineSeconds === undefined ? 0 : settingIn(progressDeadlineSeconds, workload);
  const stay = oldPodsStaySeconds?.(workload) ?? 0;
  return Math.max(deadline, stay, graceSeconds(templateOf(workload))) * 1000 + patienceMs;
}

function describe({ phase, isStuck }: End, interrupted: boolean): Pick<VerifyMeasurement, 'ended' | 'detail'> {
  if (phase.kind === 'over') return { ended: 'complete' };
  if (phase.kind === 'failed') return { ended: 'failed', detail: phase.detail };
  const rest =
    phase.kind === 'leaving' ? `${phase.pods} old pods are still there` : phase.kind === 'rolling' ? phase.detail : '';
  return { ended: interrupted && !isStuck ? 'interrupted' : 'stuck', detail: rest };
}
