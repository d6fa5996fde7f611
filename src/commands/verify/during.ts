// `hitless verify -- COMMAND` and `--for`: what is lost while a command runs, or in some time.

import type { Api } from '../../cluster/client/api.ts';
import { type DuringMeasurement, type DuringSetup, measureDuring } from '../../measurement/verify/during.ts';
import type { During } from '../../measurement/verify/report.ts';
import { type Counted, countMeasured, resultOf, type VerifyResult } from '../../measurement/verify/result.ts';
import { VerifyError, type VerifyProgress } from '../../measurement/verify/setup.ts';
import { runCommand } from '../../terminal/child.ts';
import { shownCommand } from '../split-command.ts';
import { actLine, commandEndedLine, progressLine, type VerifyHeading } from './output.ts';
import type { Act, VerifyOptions } from './request.ts';
import type { Sending } from './sending.ts';
import type { VerifySubject } from './subject.ts';
import type { MeasuringTask } from './task.ts';

export interface DuringTask extends MeasuringTask {
  /** Absent, with the subject: no cluster is needed. */
  readonly api?: Api;
  readonly subject?: VerifySubject;
  readonly act: Act;
}

/** @throws ApiError */
export async function during(task: DuringTask): Promise<VerifyResult> {
  const { subject, act, sending, signal, about } = task;
  const failures: string[] = [];
  let measured: DuringMeasurement | undefined;
  try {
    measured = await measureDuring(setupOf(task));
  } catch (error) {
    if (!(error instanceof VerifyError)) throw error;
    failures.push(subject === undefined ? error.message : `${subject.title}: ${error.message}`);
  }
  const isInterrupted = signal.aborted && !sending.broken.aborted;
  if (measured !== undefined) failures.push(...doubts(measured, task));
  if (isInterrupted) failures.push('interrupted before the measurement was complete');
  failures.push(...(await sending.troubles()));
  const counted = countedOf(measured, subject !== undefined);
  const described = { ...about(failures), during: duringOf(act, measured) };
  return resultOf(described, counted, subject && { kind: subject.ref.kind, workload: subject.workload });
}

function setupOf({ api, subject, act, sending, options, signal, say }: DuringTask): DuringSetup {
  const stdout = options.output === 'text' ? 'out' : 'err';
  const heading = headingOf(sending, subject, options);
  if (subject === undefined) say(actLine(heading));
  return {
    ...(api && subject && { watched: { api, ref: subject.ref } }),
    act: act.kind === 'time' ? act : () => runCommand({ words: act.words, stdout }),
    load: sending.load,
    startLoad: sending.start,
    waitMs: options.wait * 1000,
    tailMs: options.settle * 1000,
    signal: AbortSignal.any([signal, sending.broken]),
    onEvent: (progress) => {
      const line = lineOf(progress, act, heading, subject !== undefined);
      if (line !== undefined) say(line);
    },
  };
}

function lineOf(progress: VerifyProgress, act: Act, heading: VerifyHeading, isWatched: boolean): string | undefined {
  if (progress.kind === 'measured') return undefined;
  if (progress.kind === 'command-ended') return commandEndedLine(progress, isWatched);
  if (progress.kind !== 'command-started') return progressLine(progress, heading);
  return act.kind === 'command' ? `running ${shownCommand(act.words)}` : `measuring for ${act.seconds} s`;
}

function headingOf({ url, load }: Sending, subject: VerifySubject | undefined, options: VerifyOptions): VerifyHeading {
  const { rate, wait } = options;
  const title = subject?.title ?? 'what is behind it';
  return { title, url, rate, kinds: load.lanes.length, rollouts: 1, wait };
}

function countedOf(measured: DuringMeasurement | undefined, isWatched: boolean): readonly Counted[] {
  // A command that never ran has nothing to do with what was measured.
  if (measured === undefined || measured.command?.reason !== undefined) return [];
  return [countMeasured(measured, isWatched)];
}

function duringOf(act: Act, measured: DuringMeasurement | undefined): During {
  if (act.kind === 'time') return { seconds: act.seconds };
  const seconds = Math.round((measured?.actedMs ?? 0) / 100) / 10;
  return { command: shownCommand(act.words), seconds, ...measured?.command };
}

/** Why what was measured does not say what it seems to say. */
function doubts(measured: DuringMeasurement, { subject, act }: DuringTask): readonly string[] {
  const { command, sentSince, touched } = measured;
  if (command?.reason !== undefined) return [`the command was not started: ${command.reason}`];
  const isLeftAlone = act.kind === 'command' && subject !== undefined && !touched && measured.ended === 'complete';
  return [
    ...(sentSince > 0
      ? []
      : ['no request was due before it was over: raise --rate, or measure for longer with --settle']),
    ...(isLeftAlone
      ? [
          `${subject.title} did not change while the command ran, nor until the end of --settle: wait longer with --settle if the change comes later; if the command need not touch it, leave the workload out and give --url or --service`,
        ]
      : []),
  ];
}
