// Findings for programs. The shape is a promise: `version` changes when a field changes its meaning or is removed.
//
// { version: 1,
//   summary:  { files, deployments, errors, warnings, notes, problems },                       numbers
//   findings: [{ file, line, column, object: { kind, namespace, name }, rule, severity, message,
//                summary?, changes: [{ path, value }] }],                                      changes: what fix writes
//   skipped:  [{ file, line, column, object, reason }],
//   problems: [{ file, line?, column?, message }] }                                            exit code 2

import { visibleJson } from '../../text/hidden.ts';
import type { Diagnostic } from '../lint.ts';
import { allDiagnostics, countBySeverity, type LintResult } from '../result.ts';

export function jsonOutput(result: LintResult): string {
  const told = allDiagnostics(result);
  const summary = {
    files: result.files,
    deployments: result.examined.length,
    ...severityNumbers(told),
    problems: result.problems.length,
  };
  const findings = told.map((one) => {
    const { file, line, column, object } = one;
    return { file, line, column, object, ...findingJson(one) };
  });
  const skipped = result.examined.flatMap(({ document, object, skipped: reason }) => {
    return reason === undefined ? [] : [{ file: document.file, ...document.position('metadata'), object, reason }];
  });
  return `${visibleJson({ version: 1, summary, findings, skipped, problems: result.problems })}\n`;
}

/** A finding without its position, as `audit` also prints it. */
export function findingJson({ rule, severity, message, summary, changes }: Diagnostic) {
  return { rule, severity, message, ...(summary !== undefined && { summary }), changes };
}

export function severityNumbers(told: readonly Diagnostic[]) {
  const { error, warning, note } = countBySeverity(told);
  return { errors: error, warnings: warning, notes: note };
}
