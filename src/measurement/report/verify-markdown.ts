// The result of `verify` as Markdown, for the summary of a pipeline or a comment.

import { number } from '../../text/count.ts';
import { visibleLines } from '../../text/hidden.ts';
import { escapedMarkdown, tableLines } from '../../text/markdown.ts';
import { lostIn, sentIn } from '../analysis/count.ts';
import type { VerifyResult } from '../verify/result.ts';
import { caseName, commandEnd, measuredName, scope } from './during.ts';
import { causeLabels, duration, occurredCauses, trafficLabels } from './labels.ts';

const verdicts = { passed: 'passed', lost: 'requests were lost', unknown: 'not measured to the end' } as const;

/** Ends with a line break. */
export function verifyMarkdown(result: VerifyResult): string {
  const { verdict, sent, lost, during, maxLost } = result;
  const command = during === undefined ? undefined : commandEnd(during);
  const ran = command === undefined ? [] : [`The command ${code(during?.command ?? '')} ${escapedMarkdown(command)}.`];
  const allowed = maxLost > 0 ? `, ${number(maxLost)} allowed in each measurement` : '';
  return [
    `### hitless verify, ${escapedMarkdown(measuredName(result))}: ${verdicts[verdict]}`,
    `${number(lost)} of ${number(sent)} requests lost ${scope(result)}${allowed}.`,
    ...ran,
    ...section('Not measured', result.failures),
    ...(result.rollouts.length === 0 ? [] : [measurements(result), traffic(result)]),
    ...section(
      'What to do',
      result.advice.map((one) => `${causeLabels[one.cause].title}, ${number(one.lost)} lost: ${one.text}`),
    ),
  ]
    .map((block) => `${block}\n`)
    .join('\n');
}

function section(title: string, sentences: readonly string[]): readonly string[] {
  if (sentences.length === 0) return [];
  return [[`**${title}**`, '', ...sentences.map((one) => `- ${escapedMarkdown(one)}`)].join('\n')];
}

function measurements(result: VerifyResult): string {
  const causes = occurredCauses(result.rollouts.map((one) => one.causes));
  const rows = result.rollouts.map((one, at) => {
    const gap = lostIn(one) === 0 ? '' : duration(one.longestGapMs);
    const figures = [number(sentIn(one)), number(lostIn(one)), gap];
    return [caseName(result, at), ...figures, ...causes.map((cause) => number(one.causes[cause] ?? 0))];
  });
  return table(['measured', 'sent', 'lost', 'longest gap', ...causes.map((cause) => causeLabels[cause].title)], rows);
}

function traffic({ lanes }: VerifyResult): string {
  const rows = lanes.map(({ lane, sent, lost }) => [trafficLabels[lane], number(sent), number(lost)]);
  return table(['traffic', 'sent', 'lost'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'));
  return tableLines([head, rule, ...rows]).trimEnd();
}

function code(text: string): string {
  return `\`${visibleLines(text).replace(/[`\s]+/g, ' ')}\``;
}
