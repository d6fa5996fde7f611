// An audit as the outputs that it shares with `check` need it.

import type { ObjectReference } from '../../lint/object-reference.ts';
import type { FindingsReport, FoundDiagnostic, ReportedProblem } from '../../lint/report.ts';
import { leftovers as topic } from '../../lint/topics.ts';
import { count } from '../../text/count.ts';
import { shellWord } from '../../text/shell-word.ts';
import { type AuditProblem, type AuditResult, byNamespace } from './result.ts';
import { hintOf } from './text.ts';

/** `notices`: what is said besides. */
export function auditReport(result: AuditResult, notices: readonly string[]): FindingsReport {
  const { namespaces, deployments, leftovers, notJudged, problems, isCalled, trial } = result;
  const read = result.clusters?.filter(({ isRead }) => isRead).length;
  return {
    command: 'audit',
    // An output may have a part for each namespace.
    examined: [...byNamespace(deployments).values()].flat(),
    where: `in ${count(namespaces.length, 'namespace')}${read === undefined ? '' : ` of ${count(read, 'cluster')}`}`,
    hint: () => (isCalled ? hintOf(deployments) : ''),
    leftovers: leftovers.map(leftover),
    ...{ notJudged, notices, problems: problems.map(namedProblem) },
    ...(trial !== undefined && { trial }),
  };
}

/** `prod-1: the API server does not answer`. */
function namedProblem(problem: AuditProblem): ReportedProblem {
  const { cluster, message } = problem;
  return cluster === undefined ? problem : { cluster, message: `${cluster}: ${message}` };
}

function leftover(object: ObjectReference): FoundDiagnostic {
  const context = object.cluster === undefined ? '' : ` --context ${shellWord(object.cluster)}`;
  const message = `holds injections, but the webhook is not called for it, and nothing removes them when they conflict with an edit. To remove them, which replaces the pods: hitless withdraw${context} -n ${object.namespace} --now`;
  return { object, rule: topic.id, severity: topic.severity, message, changes: [] };
}
