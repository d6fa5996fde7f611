// `hitless check`: prints what the rules find in manifests, without a cluster.

import { namedFiles, type TouchedFiles } from '../../files/touched.ts';
import { type InputOptions, readInputs, reportProblems } from '../../lint/inputs.ts';
import { examineAll, fileWorkload } from '../../lint/lint.ts';
import type { DetailFlags } from '../../lint/reporters/detail.ts';
import { editHint } from '../../lint/reporters/edit-hint.ts';
import { showsEdits } from '../../lint/reporters/names.ts';
import { type OutputTarget, outputsOrText } from '../../lint/reporters/outputs.ts';
import { allDiagnostics, isFailing, type LintResult } from '../../lint/result.ts';
import { type SurveyOptions, survey } from '../../lint/survey/survey.ts';
import type { Severity } from '../../rules/finding.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import { outputMistake, writeOutputs } from '../outputs.ts';

export interface CheckOptions extends Omit<SurveyOptions, 'isTouched'>, DetailFlags {
  /** None: text to standard output. */
  readonly output: readonly OutputTarget[];
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
  /** A git revision or a range of them: only files that it touches are judged. */
  readonly since?: string;
  /** The only files and folders that are judged. */
  readonly only?: readonly string[];
}

/** 0: nothing at or above `failOn`. 1: findings. 2: something could not be read or written; the rest is still done. */
export async function check(paths: readonly string[], options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  const outputs = outputsOrText(options.output);
  const mistake = await outputMistake(outputs, paths);
  if (mistake !== undefined) {
    terminal.err(`hitless check: ${visible(mistake)}\n`);
    return 2;
  }
  const touched = await touchedFiles(paths, options);
  if (touched?.kind === 'failed') {
    terminal.err(`hitless check: ${options.only ? '--only' : '--since'}: ${visible(touched.why)}\n`);
    return 2;
  }
  const { result, input } = options.render
    ? await rendered(paths, options, terminal)
    : await surveyed(
        [...paths, ...(options.only ?? [])],
        { ...options, ...touched, showsEdits: showsEdits(outputs) },
        terminal,
      );
  const isWritten = await writeOutputs({
    ...{ outputs, terminal, options },
    report: { ...result, command: 'check', where: `in ${count(result.files, 'file')}`, hint: editHint },
    text: async (to) => (await import('../../lint/reporters/text.ts')).textOutput(result, to, options),
    json: async () => (await import('../../lint/reporters/json.ts')).jsonOutput(result),
  });
  // The report has named them.
  const workloads = { length: result.examined.length + (result.untouched ?? 0) };
  const reported = { ...result, files: input, workloads, notJudged: [] };
  if (reportProblems(reported, options, terminal) === 2 || !isWritten) return 2;
  const found = allDiagnostics(result).map(({ severity }) => severity);
  return isFailing(found, options.failOn) ? 1 : 0;
}

async function touchedFiles(
  paths: readonly string[],
  { since, only }: CheckOptions,
): Promise<TouchedFiles | undefined> {
  if (only !== undefined) return namedFiles(only);
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
