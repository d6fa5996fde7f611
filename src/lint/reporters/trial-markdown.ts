// What policies on trial change, in Markdown: numbers by policy, and the differences collapsed, as many as there is room for.

import { count } from '../../text/count.ts';
import { fenced } from '../../text/markdown.ts';
import { objectTitle } from '../object-reference.ts';
import { trialDiff } from '../trial/diff.ts';
import type { ChangedWorkload, PolicyTrial } from '../trial/policy-trial.ts';
import { escapedLine, numberTable } from './markdown-parts.ts';
import { cellsOf, namespaceRows, policyRows, rowTitle, type TrialRow, trialColumns } from './trial-rows.ts';
import { trialSentence } from './trial-sentences.ts';

/** Characters, of the 65,536 that a comment holds. */
const mostOfTrial = 25_000;
const mostRows = 50;

/** Empty without a trial. */
export function trialMarkdown(trial: PolicyTrial | undefined): string {
  if (trial === undefined) return '';
  const policies = rowsTable('policy', policyRows(trial));
  const head = `\n### ${trialSentence(trial)}\n\n${policies}`;
  if (trial.changed.length === 0) return head;
  const numbers = `${head}\n${rowsTable('namespace', namespaceRows(trial).slice(0, mostRows))}`;
  return `${numbers}${diffBlocks(trial.changed, mostOfTrial - numbers.length)}`;
}

function rowsTable(title: string, rows: readonly TrialRow[]): string {
  const lines = rows.map((row) => [escapedLine(rowTitle(row)), ...cellsOf(row)]);
  return numberTable([title, ...trialColumns], lines);
}

function diffBlocks(changed: readonly ChangedWorkload[], room: number): string {
  let text = '';
  for (const [at, one] of changed.entries()) {
    const title = `${escapedLine(objectTitle(one.object))}, by ${escapedLine(one.policies.join(', '))}`;
    const block = `\n<details><summary>${title}</summary>\n\n${fenced(trialDiff(one), 'diff')}\n</details>\n`;
    if (text.length + block.length > room)
      return `${text}\n${count(changed.length - at, 'workload')} more would get other edits.\n`;
    text += block;
  }
  return text;
}
