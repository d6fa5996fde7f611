// `hitless check`: what the rules find in manifests, without a cluster.

import { type InputOptions, readInputs, tellProblems } from '../../lint/inputs.ts';
import { examineAll } from '../../lint/lint.ts';
import { type OutputName, reporters } from '../../lint/reporters/names.ts';
import { allTold, type Result, severities } from '../../lint/result.ts';
import type { Severity } from '../../rules/finding.ts';
import type { ExitCode, Io } from '../../terminal/terminal.ts';

export interface CheckOptions extends InputOptions {
  readonly output: OutputName;
  /** The least severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
}

/** 0: nothing at or above `failOn`. 1: findings. 2: something could not be read; the rest is still checked. */
export async function check(paths: readonly string[], options: CheckOptions, io: Io): Promise<ExitCode> {
  const inputs = await readInputs(paths, options, io);
  const examined = examineAll(inputs, options.namespace);
  const result: Result = { examined, problems: inputs.problems, files: inputs.files.length };
  const report = await reporters[options.output]();
  io.out(report(result, io));
  if (tellProblems(inputs, io) === 2) return 2;
  const failing = severities.slice(0, severities.indexOf(options.failOn as Severity) + 1);
  return allTold(result).some(({ severity }) => failing.includes(severity)) ? 1 : 0;
}
