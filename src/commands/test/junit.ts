// The results as JUnit XML: a case for each test, with the diffs of one that failed.

import { dirname, relative } from 'node:path';
import { problemLine } from '../../lint/inputs.ts';
import { visible, visibleLines } from '../../text/hidden.ts';
import { newJunitReport, type TestSuite } from '../../text/junit.ts';
import { differenceLine, type TestResult, type TestRun } from './result.ts';

export function testsJunit({ results, problems, startedAt }: TestRun): string {
  const report = newJunitReport();
  const seconds = results.reduce((sum, one) => sum + one.seconds, 0);
  const suite = report.testSuite().name('hitless test').timestamp(startedAt.toISOString()).time(seconds);
  for (const result of results) addCase(suite, result);
  for (const problem of problems) {
    const broken = suite.testCase().className('hitless.test').name(visible(problem.file));
    broken.file(visible(problem.file)).error(problemLine(problem), 'unusable');
  }
  return report.build();
}

function addCase(suite: TestSuite, { test, seconds, problems, differences }: TestResult): void {
  const { folder, input } = test;
  const parent = dirname(folder);
  const one = suite
    .testCase()
    .className(visible(`hitless.test.${parent}`))
    .name(visible(relative(parent, folder) || folder))
    .file(visible(input))
    .time(seconds);
  if (problems.length > 0) one.error(problems.map(problemLine).join('\n'), 'unusable');
  else if (differences.length > 0) {
    const sentences = differences.map((difference) => differenceLine(test, difference));
    one.failure(sentences.join('\n'), 'not-as-expected');
    one.stacktrace(visibleLines(differences.map(({ diff = '' }) => diff).join('')));
  }
}
