// `hitless check`: prints what the rules find in manifests, without a cluster.

import { namedFiles, type TouchedFiles } from '../../files/touched.ts';
import { readBaseline } from '../../lint/baseline/file.ts';
import { checkFiles } from '../../lint/check-files.ts';
import { problemLine, reportProblems } from '../../lint/inputs.ts';
import type { DetailFlags } from '../../lint/reporters/detail.ts';
import { editHint } from '../../lint/reporters/edit-hint.ts';
import { showsEdits } from '../../lint/reporters/names.ts';
import { type OutputTarget, outputsOrText } from '../../lint/reporters/outputs.ts';
import { allDiagnostics, isFailing } from '../../lint/result.ts';
import type { SurveyOptions } from '../../lint/survey/survey.ts';
import type { Severity } from '../../rules/finding.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { count } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import { outputMistake, writeOutputs } from '../outputs.ts';

export interface CheckOptions extends Omit<SurveyOptions, 'isTouched' | 'isWhole' | 'known'>, DetailFlags {
  /** The file of a baseline; false for none. */
  readonly baseline?: string | false;
  /** The file of the configuration; false or absent: none. */
  readonly config?: string | false;
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
  const task = await prepared(paths, options);
  if ('mistake' in task) {
    terminal.err(`${task.mistake}\n`);
    return 2;
  }
  const { outputs, ...more } = task;
  const { result, input } = await checkFiles([...paths, ...(options.only ?? [])], { ...options, ...more }, terminal);
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

interface Task extends Pick<SurveyOptions, 'isTouched' | 'known' | 'showsEdits'> {
  readonly outputs: readonly OutputTarget[];
}

/** What has to be right before files are read; `mistake` is a line. */
async function prepared(paths: readonly string[], options: CheckOptions): Promise<Task | { readonly mistake: string }> {
  const { baseline = false, config = false, only } = options;
  const outputs = outputsOrText(options.output);
  const inputs = [...paths, ...(only ?? []), ...options.policy, baseline, config].filter((one) => one !== false);
  const mistake = await outputMistake(outputs, inputs);
  if (mistake !== undefined) return { mistake: `hitless check: ${visible(mistake)}` };
  const touched = await touchedFiles(paths, options);
  if (touched?.kind === 'failed')
    return { mistake: `hitless check: ${only ? '--only' : '--since'}: ${visible(touched.why)}` };
  const known = baseline === false ? undefined : readBaseline(baseline);
  if (known !== undefined && 'problem' in known) return { mistake: problemLine(known.problem) };
  const isTouched = touched && { isTouched: touched.isTouched };
  return { outputs, showsEdits: showsEdits(outputs), ...isTouched, ...(known && { known: known.baseline }) };
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
