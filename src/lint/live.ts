// One workload of a cluster, judged as `check` judges a manifest: edits that are already there are not findings.

import { assess } from '../admission/assess.ts';
import type { ClusterState } from '../cluster-state/cluster-state.ts';
import type { Severity } from '../rules/finding.ts';
import { kindOf } from '../workload/kinds/kinds.ts';
import type { Workload } from '../workload/workload.ts';
import { ignoredByRule, withoutReason } from './annotated.ts';
import type { Diagnostic, JudgedWorkload } from './diagnostic.ts';
import { hiddenViolations } from './hidden-violations.ts';
import { setAside } from './ignored.ts';
import { diagnosticOf, hasSeveralContainers } from './lint.ts';
import { stuckDiagnostics } from './stuck.ts';
import { isNews, severityOfIgnored } from './told-once.ts';
import { manifest } from './topics.ts';

/** `told`: the sentences about namespaces that were already reported, each of which is reported once. */
export function judge(workload: Workload, state: ClusterState, told: Set<string>): JudgedWorkload {
  const { namespace = 'default', name = '(no name)' } = workload.metadata;
  const object = { kind: workload.kind, namespace, name };
  const assessment = assess(workload, state);
  const { skipped, onlyReported, mistakes } = assessment;
  if (skipped !== undefined) return { object, diagnostics: [], skipped };
  const hidden = hiddenViolations(kindOf(workload), workload).map(({ message }) => message);
  const several = hasSeveralContainers(workload);
  const findings = [...assessment.findings, ...assessment.ignored.flatMap((one) => one.findings)];
  const found = findings.flatMap((finding) => (finding.kind === 'fine' ? [] : [diagnosticOf(finding, several)]));
  const said = [...mistakes, ...withoutReason(assessment)].filter((one) => isNews(one, told));
  const judged: JudgedWorkload = {
    object,
    ...(onlyReported !== undefined && { onlyReported }),
    diagnostics: [
      ...said.map((one) => manifestDiagnostic(one, severityOfIgnored(one))),
      ...hidden.map((one) => manifestDiagnostic(one, 'error')),
      ...stuckDiagnostics(workload),
      ...found,
    ],
  };
  return setAside(judged, ignoredByRule(assessment));
}

function manifestDiagnostic(message: string, severity: Severity): Diagnostic {
  return { rule: manifest.id, severity, message, changes: [] };
}
