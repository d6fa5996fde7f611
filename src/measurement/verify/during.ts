// The measurement of a command while it runs, or of some time: with a watch of one workload, or of the answers alone.

import type { Api } from '../../cluster/client/api.ts';
import type { WorkloadRef } from '../../cluster/workloads.ts';
import { nowMs, pause } from '../../timing.ts';
import { isPod } from '../rollout/order.ts';
import { watchRollout } from '../rollout/watch.ts';
import { answers, settled } from './preconditions.ts';
import { createRecording, type Recording } from './recording.ts';
import { atRest, type HowEnded, type Rest } from './rest.ts';
import { type CommandEnd, leadOf, tailOf, type VerifyLoad, type VerifyMeasurement, type VerifySetup } from './setup.ts';

export interface DuringSetup
  extends Pick<VerifySetup, 'load' | 'startLoad' | 'waitMs' | 'leadMs' | 'tailMs' | 'signal' | 'onEvent'> {
  /** The workload that explains losses; a command is measured until it has come to rest as well. */
  readonly watched?: { readonly api: Api; readonly ref: WorkloadRef };
  /** Resolves when the command has ended, also when it was interrupted. Or so many seconds, and no command. */
  readonly act: (() => Promise<CommandEnd>) | { readonly seconds: number };
}

export interface DuringMeasurement extends VerifyMeasurement {
  /** Absent: no command. */
  readonly command?: CommandEnd;
  /** How long the command ran. */
  readonly actedMs: number;
  /** Of the requests measured, those that were due after the command had begun. */
  readonly sentSince: number;
  /** Whether anything happened to the watched workload or its pods since then. */
  readonly touched: boolean;
}

/** undefined: interrupted before the command began. @throws ApiError; VerifyError */
export async function measureDuring(setup: DuringSetup): Promise<DuringMeasurement | undefined> {
  const { watched, signal, onEvent } = setup;
  const recording = createRecording(nowMs);
  const trouble = (reason: string) => onEvent({ kind: 'trouble', reason });
  const watch = watched && watchRollout({ api: watched.api, ...watched.ref, tell: recording.happened, trouble });
  let load: VerifyLoad | undefined;
  try {
    const found = await watch?.ready;
    if (found !== undefined) onEvent({ kind: 'watching', ...found });
    load = await setup.startLoad(setup.load, recording.sampled);
    const ref = watched && { ref: watched.ref };
    await answers(
      { ...setup, ...ref, held: isTimed(setup) ? 'nothing is measured' : 'the command is not started' },
      recording,
    );
    // A command may be what mends a failed rollout.
    if (found !== undefined && !isTimed(setup)) await settled({ ...setup, restart: false }, recording);
    await pause(leadOf(setup), signal);
    if (signal.aborted) return undefined;
    return await acted({ setup, recording, load, rest: found && watched && { kind: watched.ref.kind, ...found } });
  } finally {
    await Promise.allSettled([load?.stop(), watch?.stop()]);
  }
}

function isTimed({ act }: DuringSetup): boolean {
  return typeof act !== 'function';
}

interface Scene {
  readonly setup: DuringSetup;
  readonly recording: Recording;
  readonly load: VerifyLoad;
  /** Absent without a watch. */
  readonly rest: Pick<Rest, 'kind' | 'workload'> | undefined;
}

async function acted({ setup, recording, load, rest }: Scene): Promise<DuringMeasurement> {
  const { act, signal, onEvent } = setup;
  const beganMs = nowMs();
  onEvent({ kind: 'command-started' });
  const command = typeof act === 'function' ? await act() : await pause(act.seconds * 1000, signal);
  const actedMs = nowMs() - beganMs;
  if (command !== undefined) onEvent({ kind: 'command-ended', end: command, settleMs: tailOf(setup) });
  const isOver = command === undefined || command.reason !== undefined;
  const end = isOver ? interruptedOr(signal) : await ending({ setup, recording, load, rest }, beganMs);
  const endedMs = nowMs();
  await load.stop();
  const measurement = recording.cut(beganMs - leadOf(setup), endedMs);
  const sentSince = measurement.samples.filter(({ dueMs }) => dueMs >= beganMs).length;
  const touched = isTouched(recording, beganMs);
  return { measurement, beganMs, actedMs, sentSince, touched, ...end, ...(command && { command }) };
}

function interruptedOr({ aborted }: AbortSignal): HowEnded {
  return { ended: aborted ? 'interrupted' : 'complete' };
}

async function ending({ setup, recording, rest }: Scene, beganMs: number): Promise<HowEnded> {
  const { signal, waitMs } = setup;
  if (rest !== undefined) return atRest({ ...rest, recording, beganMs, settleMs: tailOf(setup), waitMs, signal });
  await pause(tailOf(setup), signal);
  return interruptedOr(signal);
}

function isTouched({ events }: Recording, beganMs: number): boolean {
  const since = events.filter(({ atMs }) => atMs >= beganMs);
  return since.some(
    (event) => event.kind === 'workload' || isPod(event, 'created') || isPod(event, 'deleting') || isPod(event, 'gone'),
  );
}
