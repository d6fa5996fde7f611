// Findings for programs. The shape is a promise: `version` changes when a field changes its meaning or goes.
//
// { version: 1,
//   summary:  { files, deployments, errors, warnings, notes, problems },                       numbers
//   findings: [{ file, line, column, object: { kind, namespace, name }, rule, severity, message,
//                summary?, changes: [{ path, value }] }],                                      changes: what fix writes
//   skipped:  [{ file, line, column, object, reason }],
//   problems: [{ file, line?, column?, message }] }                                            exit code 2

import { visibleJson } from '../../text/hidden.ts';
import { allTold, countBySeverity, type Result } from '../result.ts';

export function jsonOutput(result: Result): string {
  const told = allTold(result);
  const { error, warning, note } = countBySeverity(told);
  const summary = {
    files: result.files,
    deployments: result.examined.length,
    errors: error,
    warnings: warning,
    notes: note,
    problems: result.problems.length,
  };
  const findings = told.map(({ file, line, column, object, rule, severity, message, summary: what, changes }) => {
    return {
      file,
      line,
      column,
      object,
      rule,
      severity,
      message,
      ...(what !== undefined && { summary: what }),
      changes,
    };
  });
  const skipped = result.examined.flatMap(({ document, object, skipped: reason }) => {
    return reason === undefined ? [] : [{ file: document.file, ...document.position('metadata'), object, reason }];
  });
  return `${visibleJson({ version: 1, summary, findings, skipped, problems: result.problems })}\n`;
}
