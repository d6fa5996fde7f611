// The page before its findings: the result in a sentence, in figures, by rule and by namespace.

import type { KeyFigure, Page, Section } from '../../../page/page.ts';
import { type Cell, htmlTable } from '../../../page/parts.ts';
import type { Severity } from '../../../rules/finding.ts';
import { number } from '../../../text/count.ts';
import { listed } from '../../../text/list.ts';
import { countsByKind } from '../../object-reference.ts';
import type { FindingsReport } from '../../report.ts';
import { isFailing, severities } from '../../result.ts';
import { auditTopics, topicUrl } from '../../topics.ts';
import type { ReportOptions } from '../reporter.ts';
import { countsOf, type Totals } from '../totals.ts';
import type { PageContents } from './contents.ts';

export function verdictOf(
  report: FindingsReport,
  { totals }: PageContents,
  { failOn }: ReportOptions,
): Page['verdict'] {
  const { counts, kinds } = totals;
  const found = countsOf(counts);
  const where = `${countsByKind(kinds)} ${report.where}`;
  if (found.length === 0)
    return { tone: report.problems.length === 0 ? 'good' : 'plain', text: `Nothing found in ${where}.` };
  const isBad = isFailing(
    severities.filter((one) => counts[one] > 0),
    failOn,
  );
  const text = `${where}: ${listed(found)}.${report.hint(totals, (_, command) => command)}`;
  return { tone: isBad ? 'bad' : 'plain', text };
}

export function figuresOf(
  { examined, notJudged }: FindingsReport,
  { totals, namespaces }: PageContents,
): readonly KeyFigure[] {
  const { counts, leftAlone, ignored } = totals;
  const concerned = namespaces.reduce((sum, { workloads }) => sum + workloads, 0);
  const tones = { error: 'bad', warning: 'plain', note: 'plain' } as const;
  const some = (name: string, value: number) => (value === 0 ? [] : [{ name, value: number(value) }]);
  return [
    { name: 'workloads', value: number(examined.length) },
    { name: 'with findings', value: number(concerned), ...(concerned === 0 && { tone: 'good' as const }) },
    ...severities.map((one) => ({
      name: `${one}s`,
      value: number(counts[one]),
      ...(counts[one] > 0 && { tone: tones[one] }),
    })),
    ...some('ignored', ignored),
    ...some('left alone', leftAlone),
    ...some('not judged', notJudged.length),
  ];
}

const figures = true;
const countColumns = [...severities.map((one) => ({ title: `${one}s`, figures })), { title: 'workloads', figures }];

export function ruleSection({ rules }: PageContents): readonly Section[] {
  if (rules.length === 0) return [];
  const rows = rules.map(({ rule, counts, workloads }) => {
    const about = auditTopics.find(({ id }) => id === rule)?.title ?? '';
    return [{ text: rule, about, href: topicUrl(rule) }, ...countCells(counts, workloads)];
  });
  const caption = 'Findings of each rule, and the workloads that have them';
  const table = htmlTable({ caption, columns: [{ title: 'rule' }, ...countColumns], rows });
  return [{ id: 'rules', title: 'By rule', body: [table] }];
}

export function namespaceSection({ namespaces }: PageContents): readonly Section[] {
  if (namespaces.length < 2) return [];
  const places = new Map(namespaces.filter(({ shown }) => shown.length > 0).map((one, at) => [one, at + 1]));
  const rows = namespaces.map((one) => {
    const at = places.get(one);
    const name = at === undefined ? one.name : { text: one.name, href: `#namespace-${at}` };
    return [name, ...countCells(one.counts, one.workloads)];
  });
  const caption = 'Findings in each namespace, and the workloads that have them';
  const table = htmlTable({ caption, columns: [{ title: 'namespace' }, ...countColumns], rows });
  return [{ id: 'namespaces', title: 'By namespace', body: [table] }];
}

function countCells(counts: Totals['counts'], workloads: number): readonly Cell[] {
  const cell = (severity: Severity): Cell => {
    const text = number(counts[severity]);
    return severity === 'error' && counts.error > 0 ? { text, tone: 'bad' } : text;
  };
  return [...severities.map(cell), number(workloads)];
}
