// The findings of many workloads in numbers: by rule, and by who has to do what.

import type { Severity } from '../../rules/finding.ts';
import type { Paint } from '../../terminal/style.ts';
import { aligned } from '../../terminal/table.ts';
import { number } from '../../text/count.ts';
import type { Diagnostic, JudgedWorkload } from '../diagnostic.ts';
import { severities, severityStyle } from '../result.ts';
import { countByRule } from './rule-counts.ts';

/** What becomes of the findings of each severity: `hitless fix writes them`. */
export type ToDo = Readonly<Record<Severity, string>>;

export const errorsToDo = 'to be decided by the author of the manifest';

export function notesToDo(told: readonly Diagnostic[]): string {
  return notesWith({ edits: told.some(({ severity, changes }) => severity === 'note' && changes.length > 0) });
}

/** `edits`: whether some of the notes are edits. */
export function notesWith({ edits }: { readonly edits: boolean }): string {
  return edits ? 'advice, and edits for workloads with 0 replicas' : 'advice';
}

/** Empty without findings. */
export function ruleTable(judged: Iterable<JudgedWorkload>, toDo: ToDo, style: Paint): string {
  const rules = countByRule(judged);
  if (rules.length === 0) return '';
  const total = { error: 0, warning: 0, note: 0 };
  for (const { counts } of rules) for (const one of severities) total[one] += counts[one];
  let concerned = 0;
  for (const { diagnostics } of judged) if (diagnostics.length > 0) concerned += 1;
  const rows = [...rules, { rule: 'all rules', counts: total, workloads: concerned }].map(
    ({ rule, counts, workloads }) => [rule, ...severities.map((one) => number(counts[one])), number(workloads)],
  );
  const [head = '', ...lines] = aligned([['rule', 'errors', 'warnings', 'notes', 'workloads'], ...rows]);
  const painted = lines.map((line, at) => (at === lines.length - 1 ? style('bold', line) : line));
  return `${[style('dim', head), ...painted].join('\n')}\n\n${toDoLines(total, toDo, style)}`;
}

function toDoLines(total: Readonly<Record<Severity, number>>, toDo: ToDo, style: Paint): string {
  const found = severities.filter((one) => total[one] > 0);
  const rows = aligned([['', ''], ...found.map((one) => [`${one}s`, number(total[one])])]).slice(1);
  return rows
    .map((row, at) => {
      const severity = found[at] ?? 'note';
      return `${style(severityStyle[severity], row)}  ${toDo[severity]}\n`;
    })
    .join('');
}
