// Findings for programs. The shape is a promise: `version` changes when a field changes its meaning or is removed.
//
// { version: 1,
//   summary:  { files, deployments, errors, warnings, notes, notJudged, problems,              numbers
//               rules: [{ rule, errors, warnings, notes, workloads }] },
//   findings: [{ file, line, column, object: { kind, namespace, name }, rule, severity, message,
//                summary?, changes: [{ path, value }] }],                                      changes: what fix writes
//   skipped:  [{ file, line, column, object, reason }],
//   notJudged: [{ file, line, column, object, apiVersion, reason }],                           objects with pods that no rule judges
//   problems: [{ file, line?, column?, message }],                                             exit code 2
//   notices:  [string] }                                                                       what was left out, and why

import { visibleJson } from '../../text/hidden.ts';
import type { Diagnostic, JudgedWorkload } from '../diagnostic.ts';
import { allDiagnostics, countBySeverity, type LintResult } from '../result.ts';
import { countByRule } from './rule-counts.ts';

export function jsonOutput(result: LintResult): string {
  const told = allDiagnostics(result);
  const summary = {
    files: result.files,
    deployments: result.examined.length,
    ...severityNumbers(told),
    notJudged: result.notJudged.length,
    problems: result.problems.length,
    rules: ruleNumbers(result.examined),
  };
  const findings = told.map((one) => {
    const { file, line, column, object } = one;
    return { file, line, column, object, ...findingJson(one) };
  });
  const skipped = result.examined.flatMap(({ document, object, skipped: reason }) => {
    return reason === undefined ? [] : [{ file: document.file, ...document.position('metadata'), object, reason }];
  });
  const { notJudged, problems, notices } = result;
  return `${visibleJson({ version: 1, summary, findings, skipped, notJudged, problems, notices })}\n`;
}

/** A finding without its position, as `audit` also prints it. */
export function findingJson({ rule, severity, message, summary, changes }: Diagnostic) {
  return { rule, severity, message, ...(summary !== undefined && { summary }), changes };
}

export function severityNumbers(told: readonly Diagnostic[]) {
  const { error, warning, note } = countBySeverity(told);
  return { errors: error, warnings: warning, notes: note };
}

/** The findings of each rule, and the workloads that have one. */
export function ruleNumbers(judged: readonly JudgedWorkload[]) {
  return countByRule(judged).map(({ rule, counts: { error, warning, note }, workloads }) => {
    return { rule, errors: error, warnings: warning, notes: note, workloads };
  });
}
