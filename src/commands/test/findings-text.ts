// What is found in the input of a test, as expected.txt holds it: every workload with its findings. Without places and columns, so that
// a comment in the manifest changes nothing, and one more finding is one more line.

import { ignoredSentence } from '../../lint/ignored.ts';
import type { Examined } from '../../lint/lint.ts';
import { type NotJudged, notJudgedLines } from '../../lint/not-judged.ts';
import { objectTitle } from '../../lint/object-reference.ts';
import { visible } from '../../text/hidden.ts';

export function findingsText(examined: readonly Examined[], notJudged: readonly NotJudged[]): string {
  const others = notJudged.length === 0 ? [] : [notJudgedLines(notJudged, () => '')];
  const blocks = [...examined.map(workloadLines), ...others];
  return blocks.map((lines) => lines.map((line) => `${visible(line)}\n`).join('')).join('\n');
}

function workloadLines({ object, diagnostics, ignored = [], skipped, assessment }: Examined): readonly string[] {
  const title = objectTitle(object);
  if (skipped !== undefined) return [`${title}: left alone, ${skipped}`];
  const reason = assessment?.onlyReported;
  return [
    diagnostics.length === 0 ? `${title}: nothing found` : title,
    ...diagnostics.map(({ severity, rule, message }) => `  ${severity} ${rule}: ${message}`),
    ...ignored.map((one) => `  ignored ${ignoredSentence(one)}`),
    ...(reason === undefined ? [] : [`  The webhook writes nothing: ${reason}`]),
  ];
}
