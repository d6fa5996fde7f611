// `hitless check`: prints what the rules find in manifests, without a cluster.

import { type InputOptions, readInputs, reportProblems } from '../../lint/inputs.ts';
import { examineAll } from '../../lint/lint.ts';
import type { DetailFlags } from '../../lint/reporters/detail.ts';
import { type OutputName, reporters } from '../../lint/reporters/names.ts';
import { allDiagnostics, isFailing, type LintResult } from '../../lint/result.ts';
import type { Severity } from '../../rules/finding.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';

export interface CheckOptions extends InputOptions, DetailFlags {
  readonly output: OutputName;
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
}

/** 0: nothing at or above `failOn`. 1: findings. 2: something could not be read; the rest is still checked. */
export async function check(paths: readonly string[], options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  const inputs = await readInputs(paths, options, terminal);
  const examined = examineAll(inputs, options.namespace);
  const { notJudged, problems, notices, files } = inputs;
  const result: LintResult = { examined, notJudged, problems, notices, files: files.length };
  const report = await reporters[options.output]();
  terminal.out(report(result, terminal, options));
  // The report has named them.
  if (reportProblems({ ...inputs, notJudged: [] }, options, terminal) === 2) return 2;
  const found = allDiagnostics(result).map(({ severity }) => severity);
  return isFailing(found, options.failOn) ? 1 : 0;
}
