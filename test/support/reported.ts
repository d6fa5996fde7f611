// Reports as the outputs of check and audit get them, without files or a cluster.

import type { FindingsReport, ReportedDiagnostic, ReportedWorkload } from '../../src/lint/report.ts';
import type { ReportOptions } from '../../src/lint/reporters/reporter.ts';
import { nasty } from './report/nasty.ts';

export function finding(changes: Partial<ReportedDiagnostic> = {}): ReportedDiagnostic {
  const { severity = 'warning' } = changes;
  return { rule: 'pre-stop-sleep', severity, message: 'sleep 10 s first', changes: [], ...changes };
}

export function workload(name: string, changes: Partial<ReportedWorkload> = {}): ReportedWorkload {
  return { object: { kind: 'Deployment', namespace: 'shop', name }, diagnostics: [], ...changes };
}

/** Of a cluster where no workload has a file. */
export function reported(examined: readonly ReportedWorkload[], changes: Partial<FindingsReport> = {}): FindingsReport {
  const isOfFiles = examined.some(({ file }) => file !== undefined);
  return {
    command: isOfFiles ? 'check' : 'audit',
    examined,
    where: isOfFiles ? 'in 2 files' : 'in 1 namespace',
    hint: () => '',
    ...{ notJudged: [], problems: [], notices: [] },
    ...changes,
  };
}

export function reportOptions(
  changes: Partial<ReportOptions> = {},
): ReportOptions & { readonly said: readonly string[] } {
  const said: string[] = [];
  return { detail: {}, failOn: 'warning', say: (sentence) => said.push(sentence), said, ...changes };
}

/** Every string that comes from a file or a cluster does what it can to break out. */
export function nastyReport(): FindingsReport {
  const object = { kind: nasty, namespace: nasty, name: nasty };
  const edit = {
    replacements: [{ from: { line: 1, column: 1 }, to: { line: 1, column: 1 }, text: nasty }],
    diff: `@@ -1,1 +1,2 @@\n ${nasty}\n+${nasty}\n`,
  };
  const changes = [{ path: `spec.containers[web].${'x'}`, value: nasty }];
  const place = { line: 1, column: 1 };
  const found = { ...place, message: nasty, summary: nasty };
  return {
    command: 'check',
    where: 'in 1 file',
    hint: () => '',
    examined: [
      {
        ...{ object, file: nasty, at: place },
        diagnostics: [
          { ...finding({ ...found, severity: 'error' }) },
          { ...finding({ ...found, changes, edit }) },
          { ...finding({ ...found, changes, severity: 'note' }) },
        ],
        ignored: [{ ...finding(found), ignored: { by: 'annotation', where: nasty, reason: nasty } }],
      },
      { object: { ...object, name: 'off' }, file: nasty, diagnostics: [], skipped: nasty },
    ],
    leftovers: [{ ...finding(found), object }],
    notJudged: [{ object, apiVersion: nasty, reason: nasty, file: nasty, ...place }],
    problems: [{ file: nasty, ...place, message: nasty }, { message: nasty }],
    notices: [nasty],
  };
}
