// What `hitless test` prints: each test that fails, with the diff, and a summary.

import { problemLine } from '../../lint/inputs.ts';
import { diffFor } from '../../terminal/diff.ts';
import { paint } from '../../terminal/style.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { Problem } from '../../yaml/documents.ts';
import { differenceLine, isFailed, isUnusable, type TestResult, type TestRun } from './result.ts';

export function problemLines(problems: readonly Problem[]): string {
  return problems.map((problem) => `${problemLine(problem)}\n`).join('');
}

export function noticeLines({ test, notices }: TestResult): string {
  return notices.map((notice) => `${visible(`${test.folder}: ${notice}`)}\n`).join('');
}

/** Empty for a test that did not fail. The diffs are ready for `git apply`, which does what --update does. */
export function failureText({ test, differences }: TestResult, terminal: Terminal): string {
  if (differences.length === 0) return '';
  const style = paint(terminal.colour.out);
  const blocks = differences.map((one) => {
    return `  ${differenceLine(test, one)}\n${diffFor(one.diff ?? '', terminal)}`;
  });
  return `${style('red', 'FAILED')}  ${style('bold', visible(test.folder))}\n${blocks.join('')}\n`;
}

export function summaryText(run: TestRun, isUpdate: boolean, terminal: Terminal): string {
  const { results } = run;
  if (results.length === 0) return '';
  const style = paint(terminal.colour.out);
  const [unusable, failed] = [results.filter(isUnusable).length, results.filter(isFailed).length];
  const passed = results.length - unusable - failed;
  const parts = [
    ...(passed > 0 || failed + unusable === 0 ? [style('green', `${number(passed)} passed`)] : []),
    ...(failed > 0 ? [style('red', `${number(failed)} failed`)] : []),
    ...(unusable > 0 ? [style('red', `${number(unusable)} could not be run`)] : []),
  ];
  const end = isUpdate ? writtenText(results) : failed > 0 ? ' If that is what you want, --update writes it.' : '';
  return `${count(results.length, 'test')}: ${parts.join(', ')}.${end}\n`;
}

function writtenText(results: readonly TestResult[]): string {
  const files = results.flatMap(({ written }) => written);
  if (files.length === 0) return ' Nothing to write.';
  return ` ${count(files.length, 'file')} written:\n${files.map((file) => `  ${visible(file)}\n`).join('')}`.trimEnd();
}
