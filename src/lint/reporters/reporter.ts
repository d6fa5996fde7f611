// What an output format is: a function from a report to text.

import type { Severity } from '../../rules/finding.ts';
import type { FindingsReport } from '../report.ts';
import type { DetailFlags } from './detail.ts';

export interface ReportOptions {
  readonly detail: DetailFlags;
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity | 'never';
  /** For a sentence about the output itself, such as what was left out of it. */
  readonly say: (sentence: string) => void;
}

/** The text comes in pieces. */
export type Reporter = (report: FindingsReport, options: ReportOptions) => Iterable<string>;
