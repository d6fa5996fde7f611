// The rollouts of `hitless verify`: those that others start, or that it starts itself.

import type { Api } from '../../cluster/client/api.ts';
import { type Counted, countMeasured, resultOf, slimmed, type VerifyResult } from '../../measurement/verify/result.ts';
import { verifyRollouts } from '../../measurement/verify/session.ts';
import { VerifyError, type VerifyProgress, type VerifySetup } from '../../measurement/verify/setup.ts';
import { progressLine, rolloutLine } from './output.ts';
import type { VerifySubject } from './subject.ts';
import type { MeasuringTask } from './task.ts';

export interface RolloutsTask extends MeasuringTask {
  readonly api: Api;
  readonly subject: VerifySubject;
}

/** @throws ApiError */
export async function measureRollouts(task: RolloutsTask): Promise<VerifyResult> {
  const { subject, sending, options, signal, say } = task;
  const { ref, title, workload } = subject;
  const { traffic: kinds, rate, rollouts, wait } = options;
  let counted: readonly Counted[] = [];
  const failures: string[] = [];
  const heading = { title, url: sending.url, rate, kinds: kinds.length, rollouts, wait };
  const tell = (progress: VerifyProgress) => {
    if (progress.kind === 'command-started' || progress.kind === 'command-ended') return;
    if (progress.kind !== 'measured') return say(progressLine(progress, heading));
    const one = countMeasured(progress.measured);
    counted = slimmed([...counted, one]);
    say(rolloutLine(progress.rollout, rollouts, one.rollout));
  };
  try {
    await verifyRollouts(setupOf(task, tell));
  } catch (error) {
    // Earlier measurements must not get lost with the cluster.
    if (!(error instanceof VerifyError) && counted.length === 0) throw error;
    failures.push(`${title}: ${(error as Error).message}`);
  }
  if (signal.aborted) failures.push(`interrupted, with ${counted.length} of ${rollouts} rollouts measured`);
  failures.push(...(await sending.troubles()));
  return resultOf(task.about(failures), counted, { kind: ref.kind, workload });
}

function setupOf(
  { api, subject, sending, options, signal }: RolloutsTask,
  onEvent: VerifySetup['onEvent'],
): VerifySetup {
  const { rollouts, restart = false, wait, settle } = options;
  return {
    api,
    ref: subject.ref,
    source: subject.source,
    load: sending.load,
    startLoad: sending.start,
    rollouts,
    restart,
    waitMs: wait * 1000,
    tailMs: settle * 1000,
    signal: AbortSignal.any([signal, sending.broken]),
    onEvent,
  };
}
