// `hitless check`: prints what the rules find in manifests, without a cluster.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChangedFiles } from '../../files/changed.ts';
import { type InputOptions, readInputs, reportProblems } from '../../lint/inputs.ts';
import { examineAll, fileWorkload } from '../../lint/lint.ts';
import type { DetailFlags } from '../../lint/reporters/detail.ts';
import { type OutputName, reporters } from '../../lint/reporters/names.ts';
import { allDiagnostics, isFailing, type LintResult } from '../../lint/result.ts';
import { type SurveyOptions, survey } from '../../lint/survey/survey.ts';
import type { Severity } from '../../rules/finding.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible } from '../../text/hidden.ts';

export interface CheckOptions extends Omit<SurveyOptions, 'isTouched'>, DetailFlags {
  readonly output: OutputName;
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
  /** A git revision or a range of them: only files that it touches are judged. */
  readonly since?: string;
}

/** 0: nothing at or above `failOn`. 1: findings. 2: something could not be read; the rest is still checked. */
export async function check(paths: readonly string[], options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  const changed = await changedSince(paths, options);
  if (changed?.kind === 'failed') {
    terminal.err(`hitless check: --since: ${visible(changed.why)}\n`);
    return 2;
  }
  const { result, input } = options.render
    ? await rendered(paths, options, terminal)
    : await surveyed(paths, { ...options, ...changed }, terminal);
  const report = await reporters[options.output]();
  await print(report(result, terminal, options), terminal);
  // The report has named them.
  const workloads = { length: result.examined.length + (result.untouched ?? 0) };
  const reported = { ...result, files: input, workloads, notJudged: [] };
  if (reportProblems(reported, options, terminal) === 2) return 2;
  const found = allDiagnostics(result).map(({ severity }) => severity);
  return isFailing(found, options.failOn) ? 1 : 0;
}

async function changedSince(paths: readonly string[], { since }: CheckOptions): Promise<ChangedFiles | undefined> {
  if (since === undefined) return undefined;
  const { changedFiles } = await import('../../files/changed.ts');
  return changedFiles(since, paths);
}

interface Checked {
  readonly result: LintResult;
  readonly input: Parameters<typeof reportProblems>[0]['files'];
}

async function surveyed(paths: readonly string[], options: SurveyOptions, terminal: Terminal): Promise<Checked> {
  const { read, ...result } = await survey(paths, options, terminal);
  const input = read.map(({ bytes = new Uint8Array(), onDisk }) => ({ onDisk, text: Buffer.from(bytes).toString() }));
  return { result, input };
}

/** What is rendered is in memory as a whole. */
async function rendered(paths: readonly string[], options: InputOptions, terminal: Terminal): Promise<Checked> {
  const inputs = await readInputs(paths, options, terminal);
  const examined = examineAll(inputs, options.namespace).map(fileWorkload);
  const { notJudged, problems, notices, files } = inputs;
  return { result: { examined, notJudged, problems, notices, files: files.length }, input: files };
}

const piecesInTurn = 200;

/** Whoever reads the output may stop, which we hear of between two turns. */
async function print(pieces: Iterable<string>, terminal: Terminal): Promise<void> {
  let text = '';
  let waiting = 0;
  for (const piece of pieces) {
    text += piece;
    waiting += 1;
    if (waiting < piecesInTurn) continue;
    terminal.out(text);
    [text, waiting] = ['', 0];
    await nextTurn();
  }
  terminal.out(text);
}
