// What must hold before a rollout is measured: it can begin, requests are answered, and no other rollout is in progress.

import type { WorkloadRef } from '../../cluster/workloads.ts';
import { nowMs, pause } from '../../timing.ts';
import type { WorkloadKind } from '../../workload/kinds/kind.ts';
import { recreates, settingIn } from '../../workload/kinds/rolling-strategy.ts';
import type { Workload } from '../../workload/workload.ts';
import { isLost } from '../load/sample.ts';
import type { Traffic } from '../traffic.ts';
import { phaseOf } from './phase.ts';
import { lastOf, type Recording } from './recording.ts';
import { bare, pollMs, VerifyError, type VerifySetup } from './setup.ts';

/** Why a workload cannot be measured, in one sentence that also says what to do; undefined when it can. */
export function whyUnmeasurable(kind: WorkloadKind, workload: Workload): string | undefined {
  const { replicas, strategy, standstill } = kind;
  const reason = standstill?.(workload);
  if (reason !== undefined) return reason;
  if (workload.spec.paused === true) return 'it is paused, so no rollout begins: run kubectl rollout resume first';
  if (replicas !== undefined && settingIn(replicas, workload) === 0)
    return 'it has 0 replicas, so nothing rolls and nothing answers: scale it up first';
  if (strategy === undefined || !recreates(strategy, workload)) return undefined;
  return `its strategy is ${strategy.type?.recreate}: every old pod stops before a new one starts, so every request in between is lost, by design; use type RollingUpdate with maxUnavailable 0 and maxSurge 1, and verify that`;
}

export interface Answering extends Pick<VerifySetup, 'load' | 'signal' | 'onEvent'> {
  /** Absent: nobody said what answers there. */
  readonly ref?: WorkloadRef;
  /** What waits for an answer: `nothing is rolled`. */
  readonly held: string;
}

/** Waits for an answer before anything is changed. @throws VerifyError */
export async function answers({ ref, load, signal, onEvent, held }: Answering, recording: Recording): Promise<void> {
  const untilMs = nowMs() + load.timeoutMs + 1000;
  const isAnswered = () => recording.samples().some((sample) => !isLost(sample));
  while (!isAnswered() && nowMs() < untilMs && !signal.aborted) await pause(pollMs, signal);
  const odd = recording.samples().find(({ lane, status = 0 }) => isHttp(lane) && status >= 300 && status < 500);
  if (odd?.status !== undefined) onEvent({ kind: 'odd-answer', status: odd.status });
  if (isAnswered() || signal.aborted) return;
  const lost = recording.samples().at(-1);
  const why =
    lost === undefined ? 'nothing was sent' : [lost.outcome, lost.status, lost.detail].filter(Boolean).join(' ');
  const whose = ref === undefined ? 'right address' : `address of this ${ref.kind.kind}`;
  throw new VerifyError(
    `${load.lanes[0]?.url} does not answer any request (${why}), and ${held} until it does: is it the ${whose}, as seen from where the load is sent?`,
  );
}

function isHttp(lane: Traffic): boolean {
  return lane.startsWith('get-') || lane.startsWith('post-');
}

/** Waits for an earlier rollout to finish: its beginning was not seen, so it cannot be measured. @throws VerifyError */
export async function settled(
  { restart, waitMs, signal, onEvent }: Pick<VerifySetup, 'restart' | 'waitMs' | 'signal' | 'onEvent'>,
  recording: Recording,
): Promise<void> {
  const isSettled = () => {
    const phase = phaseOf(recording.events, Number.POSITIVE_INFINITY);
    if (lastOf(recording)?.what === 'failed') return !restart;
    return phase.kind === 'before' && phase.complete;
  };
  const untilMs = nowMs() + waitMs;
  let isTold = false;
  while (!isSettled() && !signal.aborted) {
    const { what, detail = '' } = lastOf(recording) ?? {};
    if (what === 'failed') throw new VerifyError(`its last rollout failed (${bare(detail)}): fix or undo that first`);
    if (nowMs() > untilMs)
      throw new VerifyError(
        `an earlier rollout did not finish within ${Math.round(waitMs / 1000)} s (${bare(detail)}); see kubectl rollout status`,
      );
    if (!isTold) onEvent({ kind: 'settling' });
    isTold = true;
    await pause(pollMs, signal);
  }
}
