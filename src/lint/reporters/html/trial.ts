// What policies on trial change, on the page: by policy and by namespace, and the difference for each workload.

import type { Section } from '../../../page/page.ts';
import { type Column, htmlTable } from '../../../page/parts.ts';
import { count } from '../../../text/count.ts';
import { html, type Markup } from '../../../text/markup.ts';
import { objectTitle } from '../../object-reference.ts';
import type { FindingsReport } from '../../report.ts';
import { trialDiff } from '../../trial/diff.ts';
import type { ChangedWorkload } from '../../trial/policy-trial.ts';
import { cellsOf, namespaceRows, policyRows, trialColumns } from '../trial-rows.ts';
import { trialSentence } from '../trial-sentences.ts';
import { diffLines } from './diff-lines.ts';

const mostDiffs = 500;
const columns: readonly Column[] = trialColumns.map((title) => ({ title, figures: true }));

export function trialSection({ trial }: FindingsReport): readonly Section[] {
  if (trial === undefined) return [];
  const { changed } = trial;
  const policies = policyRows(trial).map((row) => [{ text: row.name, about: row.fate ?? '' }, ...cellsOf(row)]);
  const namespaces = namespaceRows(trial).map((row) => [row.name, ...cellsOf(row)]);
  const left = changed.length - mostDiffs;
  const body = [
    html`<p>${trialSentence(trial)}</p>`,
    htmlTable({
      caption: 'Workloads with other edits, by policy',
      columns: [{ title: 'policy' }, ...columns],
      rows: policies,
    }),
    ...(namespaces.length === 0
      ? []
      : [htmlTable({ caption: 'By namespace', columns: [{ title: 'namespace' }, ...columns], rows: namespaces })]),
    ...changed.slice(0, mostDiffs).map(changedMarkup),
    ...(left > 0 ? [html`<p class="rest">${count(left, 'workload')} more: the output json has every one.</p>`] : []),
  ];
  return [{ id: 'trial', title: 'What the policies change', body }];
}

function changedMarkup(changed: ChangedWorkload): Markup {
  const { object, policies } = changed;
  return html`<details class="changed">
<summary><strong>${objectTitle(object)}</strong> ${policies.join(', ')}</summary>
<pre class="diff" tabindex="0" aria-label="What is written into ${objectTitle(object)}"><code>${diffLines(trialDiff(changed))}</code></pre>
</details>
`;
}
