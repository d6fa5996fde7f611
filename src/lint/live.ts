// One workload of a cluster, judged as `check` judges a manifest: edits that are already there are not findings.

import { type Assessment, assess } from '../admission/assess.ts';
import type { ClusterState } from '../cluster-state/cluster-state.ts';
import type { Severity } from '../rules/finding.ts';
import { kindOf } from '../workload/kinds/kinds.ts';
import type { Workload } from '../workload/workload.ts';
import type { Acceptance } from './acceptance/acceptance.ts';
import { ignoredByRule, withoutReason } from './annotated.ts';
import type { Diagnostic, JudgedWorkload } from './diagnostic.ts';
import { hiddenViolations } from './hidden-violations.ts';
import { setAside } from './ignored.ts';
import { diagnosticOf, hasSeveralContainers } from './lint.ts';
import type { ObjectReference } from './object-reference.ts';
import { stuckDiagnostics } from './stuck.ts';
import { isNews, severityOfIgnored } from './told-once.ts';
import { manifest } from './topics.ts';

export interface LiveJudging {
  readonly state: ClusterState;
  /** The sentences about namespaces that were already reported, each of which is reported once; absent: none were. */
  readonly told?: Set<string>;
  /** What accepts findings besides annotations; absent: nothing. */
  readonly acceptance?: Acceptance;
}

export function judge(workload: Workload, judging: LiveJudging): JudgedWorkload {
  return judgeAssessed(workload, assessLive(workload, judging), judging);
}

/** What the rules say about it, before anything is reported. */
export function assessLive(workload: Workload, { state, acceptance }: Omit<LiveJudging, 'told'>): Assessment {
  return assess(workload, state, { ignores: acceptance?.rulesIgnoredIn(liveObject(workload)) });
}

export function liveObject({ kind, metadata }: Workload): ObjectReference {
  const { namespace = 'default', name = '(no name)' } = metadata;
  return { kind, namespace, name };
}

/** `assessment`: what assessLive gave. */
export function judgeAssessed(
  workload: Workload,
  assessment: Assessment,
  { told = new Set(), acceptance }: Omit<LiveJudging, 'state'>,
): JudgedWorkload {
  const object = liveObject(workload);
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
  const counted = setAside(judged, ignoredByRule(assessment));
  return acceptance?.withoutIgnored(counted) ?? counted;
}

function manifestDiagnostic(message: string, severity: Severity): Diagnostic {
  return { rule: manifest.id, severity, message, changes: [] };
}
