// Findings for programs. The shape is a promise: `version` changes when a field changes its meaning or is removed.
//
// { version: 1,
//   summary:  { files, deployments, errors, warnings, notes, ignored, notJudged, untouched?,   numbers
//               problems, rules: [{ rule, errors, warnings, notes, workloads, ignored }] },
//   findings: [{ file, line, column, object: { kind, namespace, name }, rule, severity, message,
//                summary?, changes: [{ path, value }] }],                                      changes: what fix writes
//   ignored:  [{ a finding, ignored: { by, where, reason? } }],                                by: annotation | configuration | baseline
//   skipped:  [{ file, line, column, object, reason }],
//   notJudged: [{ file, line, column, object, apiVersion, reason }],                           objects with pods that no rule judges
//   problems: [{ file, line?, column?, message }],                                             exit code 2
//   notices:  [string] }                                                                       what was left out, and why

import { longList, visibleJsonPieces } from '../../text/json-pieces.ts';
import type { Diagnostic, IgnoredDiagnostic, JudgedWorkload } from '../diagnostic.ts';
import { allIgnored } from '../ignored.ts';
import { allDiagnostics, countBySeverity, type FileDiagnostic, type LintResult } from '../result.ts';
import { countByRule } from './rule-counts.ts';
import { countTotals } from './totals.ts';

export function* jsonOutput(result: LintResult): Generator<string> {
  const { examined, notJudged, problems, notices } = result;
  const { counts, ignored } = countTotals(examined);
  const summary = {
    files: result.files,
    deployments: examined.length,
    ...{ errors: counts.error, warnings: counts.warning, notes: counts.note, ignored },
    notJudged: notJudged.length,
    ...(result.untouched !== undefined && { untouched: result.untouched }),
    problems: problems.length,
    rules: ruleNumbers(examined),
  };
  const lists = {
    findings: longList(findingsOf(result)),
    ignored: longList(ignoredOf(result)),
    skipped: longList(skippedOf(result)),
  };
  yield* visibleJsonPieces({ version: 1, summary, ...lists, notJudged, problems, notices });
  yield '\n';
}

function* findingsOf(result: LintResult) {
  for (const one of allDiagnostics(result)) yield { ...placeOf(one), ...findingJson(one) };
}

function* ignoredOf(result: LintResult) {
  for (const one of allIgnored(result)) yield { ...placeOf(one), ...ignoredJson(one) };
}

function placeOf({ file, line, column, object }: FileDiagnostic) {
  return { file, line, column, object };
}

function* skippedOf({ examined }: LintResult) {
  for (const { file, at, object, skipped: reason } of examined)
    if (reason !== undefined) yield { file, ...at, object, reason };
}

/** A finding without its position, as `audit` also prints it. */
export function findingJson({ rule, severity, message, summary, changes }: Diagnostic) {
  return { rule, severity, message, ...(summary !== undefined && { summary }), changes };
}

/** The same of one that was accepted. */
export function ignoredJson({ ignored: { by, where, reason }, ...finding }: IgnoredDiagnostic) {
  return { ...findingJson(finding), ignored: { by, where, ...(reason !== undefined && { reason }) } };
}

export function severityNumbers(told: readonly Diagnostic[]) {
  const { error, warning, note } = countBySeverity(told);
  return { errors: error, warnings: warning, notes: note };
}

/** The findings of each rule, the workloads that have one, and what is ignored. */
export function ruleNumbers(judged: Iterable<JudgedWorkload>) {
  return countByRule(judged).map(({ rule, counts: { error, warning, note }, workloads, ignored }) => {
    return { rule, errors: error, warnings: warning, notes: note, workloads, ignored };
  });
}
