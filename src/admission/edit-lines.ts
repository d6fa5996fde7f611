// What is said of each edit of a plan, by its fate and the mode. In audit mode nothing is promised: what is postponed under enforce
// would only be proposed again at the next change of the template.

import type { Edit, Finding } from '../rules/finding.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { Judged } from './decision.ts';
import type { Desired } from './desired.ts';
import type { MessageLine } from './message-line.ts';

/** After an opt-out there is none. */
export function editLines(
  { recovered: { kind }, mode }: Pick<Judged, 'recovered' | 'mode'>,
  desired: Desired,
): ReadonlyMap<Finding, MessageLine> {
  const lines = new Map<Finding, MessageLine>();
  const tell = (edits: readonly Edit[], verb: MessageLine['verb'], textOf = ({ summary }: Edit) => summary) => {
    for (const edit of edits) lines.set(edit, editLine(edit, verb, textOf(edit)));
  };
  const enforces = mode === 'enforce';
  // Under audit only what a client dropped from an unchanged template is written, or the pods would roll.
  tell(desired.applied, enforces ? 'patched' : 'kept');
  tell(desired.proposed, 'would patch');
  tell(desired.postponed, enforces ? 'postponed' : 'would patch later');
  const refusal = enforces ? 'not written' : 'would not be written';
  tell(desired.unrecorded, 'found', (edit) => unrecorded(edit, refusal));
  tell(desired.blocked, 'found', (edit) => blocked(kind, edit, refusal));
  return lines;
}

function editLine({ rule, container }: Edit, verb: MessageLine['verb'], text: string): MessageLine {
  return { verb, rule, text, ...(container !== undefined && { container }) };
}

function unrecorded({ summary }: Edit, refusal: string): string {
  return `${refusal}, because the annotations have no room for a record of it: ${summary}`;
}

function blocked({ kind }: WorkloadKind, { summary }: Edit, refusal: string): string {
  return `${refusal}, because the API server would refuse this ${kind} without what hitless wrote earlier, so everything stays as it is: ${summary}`;
}
