// An audit as the outputs that it shares with `check` need it.

import type { ObjectReference } from '../../lint/object-reference.ts';
import type { FindingsReport, FoundDiagnostic } from '../../lint/report.ts';
import { leftovers as topic } from '../../lint/topics.ts';
import { count } from '../../text/count.ts';
import type { AuditResult } from './result.ts';
import { hintOf } from './text.ts';

/** `notices`: what is said besides. */
export function auditReport(result: AuditResult, notices: readonly string[]): FindingsReport {
  const { namespaces, deployments, leftovers, notJudged, problems, isCalled } = result;
  return {
    command: 'audit',
    // An output may have a part for each namespace.
    examined: [...Map.groupBy(deployments, ({ object }) => object.namespace).values()].flat(),
    where: `in ${count(namespaces.length, 'namespace')}`,
    hint: () => (isCalled ? hintOf(deployments) : ''),
    leftovers: leftovers.map(leftover),
    ...{ notJudged, problems, notices },
  };
}

function leftover(object: ObjectReference): FoundDiagnostic {
  const message = `holds injections, but the webhook is not called for it, and nothing removes them when they conflict with an edit. To remove them, which replaces the pods: hitless withdraw -n ${object.namespace} --now`;
  return { object, rule: topic.id, severity: topic.severity, message, changes: [] };
}
