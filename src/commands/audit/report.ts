// An audit as the outputs that it shares with `check` need it.

import type { ObjectReference } from '../../lint/object-reference.ts';
import type { FindingsReport, FoundDiagnostic, ReportedProblem } from '../../lint/report.ts';
import { leftovers as topic } from '../../lint/topics.ts';
import { type AuditProblem, type AuditResult, byNamespace, whereOf } from './result.ts';
import { hintOf } from './text.ts';
import { type ClusterReach, withdrawCommand } from './withdraw-command.ts';

export interface AuditReportOptions {
  /** What is said besides. */
  readonly notices: readonly string[];
  readonly reach: ClusterReach;
}

export function auditReport(result: AuditResult, { notices, reach }: AuditReportOptions): FindingsReport {
  const { deployments, leftovers, notJudged, problems, isCalled, trial } = result;
  return {
    command: 'audit',
    // An output may have a part for each namespace.
    examined: [...byNamespace(deployments).values()].flat(),
    where: whereOf(result),
    hint: () => (isCalled ? hintOf(deployments) : ''),
    leftovers: leftovers.map((one) => leftover(one, reach)),
    ...{ notJudged, notices, problems: problems.map(namedProblem) },
    ...(trial !== undefined && { trial }),
  };
}

/** `prod-1: the API server does not answer`. */
function namedProblem(problem: AuditProblem): ReportedProblem {
  const { cluster, message } = problem;
  return cluster === undefined ? problem : { cluster, message: `${cluster}: ${message}` };
}

function leftover(object: ObjectReference, chosen: ClusterReach): FoundDiagnostic {
  const reach = object.cluster === undefined ? chosen : { ...chosen, context: object.cluster };
  const message = `holds injections, but the webhook is not called for it, and nothing removes them when they conflict with an edit. To remove them, which replaces the pods: ${withdrawCommand(object.namespace, reach)}`;
  return { object, rule: topic.id, severity: topic.severity, message, changes: [] };
}
