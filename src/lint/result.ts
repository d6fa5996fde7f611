// The result that every output of `check` is made from.

import type { Severity } from '../rules/finding.ts';
import type { Style } from '../terminal/style.ts';
import type { Problem } from '../yaml/documents.ts';
import type { Position } from '../yaml/position.ts';
import type { JudgedWorkload, LocatedDiagnostic } from './diagnostic.ts';
import type { LocatedNotJudged } from './not-judged.ts';
import type { ObjectReference } from './object-reference.ts';

/** What a report needs of one workload of a file: plain data, without the document. */
export interface FileWorkload extends JudgedWorkload<LocatedDiagnostic> {
  readonly file: string;
  /** The position of its metadata. */
  readonly at: Position;
}

/** An array, or a longer list that is kept elsewhere and may be walked through several times. */
export interface FileWorkloads extends Iterable<FileWorkload> {
  readonly length: number;
}

export interface LintResult {
  readonly examined: FileWorkloads;
  /** Objects with pods that the rules do not judge. */
  readonly notJudged: readonly LocatedNotJudged[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
  readonly files: number;
  /** How many workloads are in files that a range of revisions does not touch; absent without such a range. */
  readonly untouched?: number;
}

/** One diagnostic with its file and object. */
export interface FileDiagnostic extends LocatedDiagnostic {
  readonly file: string;
  readonly object: ObjectReference;
}

export function* allDiagnostics({ examined }: LintResult): Generator<FileDiagnostic> {
  for (const { file, object, diagnostics } of examined) for (const one of diagnostics) yield { ...one, file, object };
}

export const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** True when one of `found` is at least as severe as `failOn`. */
export function isFailing(found: Iterable<Severity>, failOn: Severity | 'never'): boolean {
  const failing: readonly string[] = failOn === 'never' ? [] : severities.slice(0, severities.indexOf(failOn) + 1);
  return failing.length > 0 && Iterator.from(found).some((severity) => failing.includes(severity));
}

export const severityStyle: Readonly<Record<Severity, Style>> = {
  error: 'red',
  warning: 'yellow',
  note: 'blue',
};

export function countBySeverity(told: Iterable<{ readonly severity: Severity }>): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity } of told) counts[severity] += 1;
  return counts;
}
