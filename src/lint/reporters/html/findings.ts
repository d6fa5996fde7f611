// The findings on the page: by namespace and workload, each with what its edit changes. All of it can be folded without a script.

import { count, number } from '../../../text/count.ts';
import { html, type Markup } from '../../../text/markup.ts';
import { nameInNamespace } from '../../object-reference.ts';
import type { FoundDiagnostic } from '../../report.ts';
import { countBySeverity, severities } from '../../result.ts';
import { topicUrl } from '../../topics.ts';
import { changesYaml } from '../changes-yaml.ts';
import { countsOf } from '../totals.ts';
import type { NamespaceFindings, PageContents, WorkloadFindings } from './contents.ts';
import { diffLines } from './diff-lines.ts';

/** Up to so many findings all namespaces are open. */
const fewFindings = 100;

export function findingsMarkup({ namespaces, totals, hidden }: PageContents): readonly Markup[] {
  const all = severities.reduce((sum, one) => sum + totals.counts[one], 0);
  const shown = namespaces.filter((one) => one.shown.length > 0);
  return [
    filterMarkup(totals.counts, all - hidden),
    ...shown.map((one, at) => namespaceMarkup(one, { at, isOpen: at === 0 || all <= fewFindings })),
    ...(hidden === 0 ? [] : [html`<p class="rest">${hiddenText(hidden)}</p>`]),
  ];
}

function hiddenText(hidden: number): string {
  const are = hidden === 1 ? 'is' : 'are';
  return `${count(hidden, 'finding')} ${are} not on this page, the least severe: a browser would take long to show them all. The output json has every one.`;
}

/**
 * The check boxes stand before the namespaces, and their labels in the bar: so a style sheet alone can hide what is unchecked. Without a script
 * there is no box for words.
 */
function filterMarkup(counts: PageContents['totals']['counts'], shown: number): Markup {
  const found = severities.filter((one) => counts[one] > 0);
  const boxes = found.map((one) => html`<input type="checkbox" class="toggle" id="show-${one}" checked>`);
  const labels = found.map((one) => html`<label class="${one}" for="show-${one}">${count(counts[one], one)}</label>`);
  return html`${boxes}
<div class="filter" role="search" aria-label="Findings">
<label class="words" hidden>Filter <input type="search" id="filter" placeholder="name, rule or words" autocomplete="off"></label>
<span class="labels">${labels}</span>
<output id="shown" for="filter" hidden>${number(shown)} shown</output>
</div>
`;
}

function namespaceMarkup(namespace: NamespaceFindings, { at, isOpen }: { at: number; isOpen: boolean }): Markup {
  const { name, counts, shown } = namespace;
  return html`<details class="namespace ${severitiesIn(counts)}"${isOpen ? html` open` : undefined}>
<summary><h3>${name}</h3> <span class="counts">${countsOf(counts).join(', ')}</span></summary>
<div id="namespace-${at + 1}">
${shown.map(workloadMarkup)}</div>
</details>
`;
}

function workloadMarkup({ object, file, found }: WorkloadFindings): Markup {
  const rendered = object.rendered === undefined ? '' : `, rendered from ${object.rendered}`;
  const place = file === undefined ? undefined : html` <span class="file">${file}${rendered}</span>`;
  return html`<article class="workload ${severitiesIn(countBySeverity(found))}">
<h4>${nameInNamespace(object)}${place}</h4>
${found.map(findingMarkup)}</article>
`;
}

function severitiesIn(counts: PageContents['totals']['counts']): string {
  return severities
    .filter((one) => counts[one] > 0)
    .map((one) => `with-${one}`)
    .join(' ');
}

function findingMarkup(found: FoundDiagnostic): Markup {
  const { severity, rule, message, file, line, column } = found;
  const place =
    file === undefined || line === undefined ? undefined : html`<p class="place">${file}:${line}:${column}</p>`;
  return html`<details class="finding ${severity}">
<summary><span class="badge">${severity}</span> <span class="rule">${rule}</span> <span class="message">${message}</span></summary>
<div>${place}${editMarkup(found)}<p><a href="${topicUrl(rule)}">What the rule ${rule} means, and what to do</a></p></div>
</details>
`;
}

const byAuthor = 'No edit is written for it: to be decided by the author of the manifest.';
const advice = 'Advice: no edit is written for it.';

function editMarkup({ edit, changes, summary = '', severity }: FoundDiagnostic): Markup {
  if (changes.length === 0) return html`<p>${severity === 'error' ? byAuthor : advice}</p>`;
  if (edit !== undefined && edit.diff !== '')
    return html`<pre class="diff" tabindex="0" aria-label="${summary}"><code>${diffLines(edit.diff)}</code></pre>`;
  return html`<p>What is written:</p><pre tabindex="0" aria-label="${summary}"><code>${changesYaml(changes)}</code></pre>`;
}
