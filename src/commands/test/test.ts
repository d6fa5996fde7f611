// `hitless test`: runs the tests of policies in folders, or writes what they expect.

import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { errorWriter, writeOut } from '../output-file.ts';
import { outputMistake } from '../outputs.ts';
import { compareTest } from './compare.ts';
import { findTests, type PolicyTest } from './find-tests.ts';
import { outcomeOf, type TestInputs, type TestOutcome } from './outcome.ts';
import { failureText, noticeLines, problemLines, summaryText } from './output.ts';
import type { TestResult, TestRun } from './result.ts';
import { update, updated } from './update.ts';

export interface TestOptions extends TestInputs {
  readonly update?: true;
  /** A file for the results as JUnit XML. */
  readonly junit?: string;
}

/** 0: everything is as expected. 1: something is not. 2: something could not be read; the other tests are still run. */
export async function test(folders: readonly string[], options: TestOptions, terminal: Terminal): Promise<ExitCode> {
  const outputs = options.junit === undefined ? [] : [{ format: 'junit', file: options.junit } as const];
  const mistake = await outputMistake(outputs, [...folders, ...options.policy]);
  if (mistake !== undefined) {
    errorWriter('test', terminal)(mistake);
    return 2;
  }
  const startedAt = new Date();
  const { tests, problems } = findTests(folders);
  const results: TestResult[] = [];
  for (const problem of problems) terminal.err(problemLines([problem]));
  for (const one of tests) {
    const result = await runTest(one, options, terminal);
    terminal.err(`${problemLines(result.problems)}${terminal.quiet ? '' : noticeLines(result)}`);
    terminal.out(failureText(result, terminal));
    results.push(result);
  }
  const run = { results, problems, startedAt };
  if (!terminal.quiet) terminal.out(summaryText(run, options.update === true, terminal));
  const isWritten = options.junit === undefined || (await writeJunit(options.junit, run, terminal));
  return isWritten ? exitCodeOf(run) : 2;
}

async function runTest(test: PolicyTest, options: TestOptions, terminal: Terminal): Promise<TestResult> {
  const begin = performance.now();
  const outcome = await outcomeOf(test, options, terminal);
  const judged = outcome.problems.length > 0 ? { problems: outcome.problems } : judge(test, outcome, options);
  const seconds = (performance.now() - begin) / 1000;
  return { test, seconds, notices: outcome.notices, differences: [], written: [], ...judged };
}

function judge(test: PolicyTest, outcome: TestOutcome, options: TestOptions) {
  if (options.update !== true) return compareTest(test, outcome);
  const { written, problems } = update(test, outcome);
  // What stays after writing, such as a file that is expected of none.
  return problems.length > 0 ? { written, problems } : { written, ...compareTest(updated(test), outcome) };
}

async function writeJunit(file: string, run: TestRun, terminal: Terminal): Promise<boolean> {
  const { testsJunit } = await import('./junit.ts');
  return writeOut(file, testsJunit(run), { name: 'test', terminal });
}

function exitCodeOf({ results, problems }: TestRun): ExitCode {
  if (problems.length > 0 || results.some((one) => one.problems.length > 0)) return 2;
  return results.some(({ differences }) => differences.length > 0) ? 1 : 0;
}
