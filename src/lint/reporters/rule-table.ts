// The findings of many workloads in numbers: by rule, and by who has to do what.

import type { Severity } from '../../rules/finding.ts';
import type { Paint } from '../../terminal/style.ts';
import { aligned } from '../../terminal/table.ts';
import { number } from '../../text/count.ts';
import type { Diagnostic, JudgedWorkload } from '../diagnostic.ts';
import { severities, severityStyle } from '../result.ts';
import { countByRule, type RuleCounts } from './rule-counts.ts';

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
  const all = totalOf(rules, judged);
  const showsIgnored = all.ignored > 0;
  const rows = [...rules, all].map(({ rule, counts, workloads, ignored }) => [
    rule,
    ...severities.map((one) => number(counts[one])),
    number(workloads),
    ...(showsIgnored ? [number(ignored)] : []),
  ]);
  const titles = ['rule', 'errors', 'warnings', 'notes', 'workloads', ...(showsIgnored ? ['ignored'] : [])];
  const [head = '', ...lines] = aligned([titles, ...rows]);
  const painted = lines.map((line, at) => (at === lines.length - 1 ? style('bold', line) : line));
  const toDoText = toDoLines(all.counts, toDo, style);
  return `${[style('dim', head), ...painted].join('\n')}\n${toDoText === '' ? '' : `\n${toDoText}`}`;
}

function totalOf(rules: readonly RuleCounts[], judged: Iterable<JudgedWorkload>): RuleCounts {
  const counts = { error: 0, warning: 0, note: 0 };
  let [workloads, ignored] = [0, 0];
  for (const own of rules) {
    for (const one of severities) counts[one] += own.counts[one];
    ignored += own.ignored;
  }
  for (const { diagnostics } of judged) if (diagnostics.length > 0) workloads += 1;
  return { rule: 'all rules', counts, workloads, ignored };
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
