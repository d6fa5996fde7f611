// What running tests gives, for every output.

import { relative } from 'node:path';
import { visible } from '../../text/hidden.ts';
import type { Problem } from '../../yaml/documents.ts';
import type { UnexpectedFile } from './compare.ts';
import type { PolicyTest } from './find-tests.ts';

export interface TestResult {
  readonly test: PolicyTest;
  readonly seconds: number;
  /** What cannot be used: nothing was compared. */
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
  readonly differences: readonly UnexpectedFile[];
  /** The files that --update has written. */
  readonly written: readonly string[];
}

export interface TestRun {
  readonly results: readonly TestResult[];
  /** Of folders that are no tests. */
  readonly problems: readonly Problem[];
  readonly startedAt: Date;
}

export function isUnusable({ problems }: TestResult): boolean {
  return problems.length > 0;
}

export function isFailed(result: TestResult): boolean {
  return !isUnusable(result) && result.differences.length > 0;
}

/** A sentence; files are named from the folder of the test. */
export function differenceLine({ folder }: PolicyTest, { file, message }: UnexpectedFile): string {
  return visible(`${relative(folder, file)} ${message}`.trimStart());
}
