// The result that every output of `check` is made from.

import type { Severity } from '../rules/finding.ts';
import type { Style } from '../terminal/style.ts';
import type { Problem } from '../yaml/documents.ts';
import type { LocatedDiagnostic } from './diagnostic.ts';
import type { Examined } from './lint.ts';
import type { LocatedNotJudged } from './not-judged.ts';
import type { ObjectReference } from './object-reference.ts';

export interface LintResult {
  readonly examined: readonly Examined[];
  /** Objects with pods that the rules do not judge. */
  readonly notJudged: readonly LocatedNotJudged[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
  readonly files: number;
}

/** One diagnostic with its file and object. */
export interface FileDiagnostic extends LocatedDiagnostic {
  readonly file: string;
  readonly object: ObjectReference;
}

export function allDiagnostics({ examined }: LintResult): readonly FileDiagnostic[] {
  return examined.flatMap(({ document, object, diagnostics }) => {
    return diagnostics.map((one) => ({ ...one, file: document.file, object }));
  });
}

export const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** True when one of `found` is at least as severe as `failOn`. */
export function isFailing(found: readonly Severity[], failOn: Severity | 'never'): boolean {
  const failing: readonly string[] = failOn === 'never' ? [] : severities.slice(0, severities.indexOf(failOn) + 1);
  return found.some((severity) => failing.includes(severity));
}

export const severityStyle: Readonly<Record<Severity, Style>> = {
  error: 'red',
  warning: 'yellow',
  note: 'blue',
};

export function countBySeverity(told: readonly { readonly severity: Severity }[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity } of told) counts[severity] += 1;
  return counts;
}
