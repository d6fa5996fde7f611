// Findings as Markdown, for a comment on a pull request or the summary of a job: numbers by rule, then the findings, collapsed and the
// worst first, as many as a comment can hold.

import { count, number } from '../../text/count.ts';
import { countsByKind } from '../object-reference.ts';
import { type FindingsReport, foundIn, ignoredIn, judgedIn, reportTotals } from '../report.ts';
import { severities } from '../result.ts';
import { topicUrl } from '../topics.ts';
import {
  escapedLine,
  findingBlocks,
  linesWithin,
  notJudgedBlock,
  numberTable,
  placeText,
  type Shown,
} from './markdown-parts.ts';
import type { ReportOptions } from './reporter.ts';
import { countByRule } from './rule-counts.ts';
import { countsOf, type Totals } from './totals.ts';
import { trialMarkdown } from './trial-markdown.ts';

/** GitHub refuses a comment of more than 65,536 characters. */
const mostCharacters = 65_000;
/** Of one severity: more would not fit. */
const mostFindings = 1_000;
/** Characters on what could not be read. */
const mostOfProblems = 15_000;

export function* markdownOutput(report: FindingsReport, { detail }: ReportOptions): Generator<string> {
  const totals = reportTotals(report);
  const head = [heading(report, totals), problemsText(report), trialMarkdown(report.trial), rulesText(report)].join('');
  const tail = notJudgedBlock(report.notJudged);
  yield head;
  yield findingBlocks(shownOf(report, totals, detail.showIgnored === true), mostCharacters - head.length - tail.length);
  yield tail;
}

function* shownOf(report: FindingsReport, { counts, ignored }: Totals, showIgnored: boolean): Generator<Shown> {
  for (const severity of severities)
    yield { noun: severity, all: counts[severity], found: [...foundIn(report, severity).take(mostFindings)] };
  if (showIgnored) yield { noun: 'ignored finding', all: ignored, found: [...ignoredIn(report).take(mostFindings)] };
}

function heading({ command, where, hint }: FindingsReport, totals: Totals): string {
  const { counts, ignored, kinds } = totals;
  const found = countsOf(counts);
  const title = `## hitless ${command}: ${found.length === 0 ? 'nothing found' : found.join(', ')}\n`;
  const accepted = ignored === 0 ? '' : ` ${count(ignored, 'finding')} ${ignored === 1 ? 'is' : 'are'} ignored.`;
  return `${title}\n${escapedLine(countsByKind(kinds))} ${where}.${hint(totals, asCode)}${accepted}\n`;
}

function asCode(_: unknown, text: string): string {
  return `\`${text}\``;
}

function problemsText({ problems }: FindingsReport): string {
  if (problems.length === 0) return '';
  const lines = problems.map((one) => `- ${placeText(one)}${escapedLine(one.message)}\n`);
  return `\n**Not everything could be read; what could was checked:**\n\n${linesWithin(lines, mostOfProblems)}`;
}

/** Empty without findings. */
function rulesText(report: FindingsReport): string {
  const rows = countByRule(judgedIn(report)).map(({ rule, counts, workloads }) => {
    return [`[${rule}](${topicUrl(rule)})`, ...severities.map((one) => number(counts[one])), number(workloads)];
  });
  if (rows.length === 0) return '';
  return `\n${numberTable(['rule', 'errors', 'warnings', 'notes', 'workloads'], rows)}`;
}
