// Parts of a page: tables, preformatted text, lists of meanings.

import { html, type Markup } from '../text/markup.ts';
import type { Tone } from './page.ts';

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of each row is its heading. */
  readonly rows: readonly (readonly Cell[])[];
}

export interface Column {
  readonly title: string;
  /** Figures are right-aligned. */
  readonly figures?: boolean;
}

export type Cell = string | CellContent;

export interface CellContent {
  readonly text: string;
  readonly tone?: Tone;
  /** In small letters below. */
  readonly about?: string;
  /** Where the text leads. */
  readonly href?: string;
}

export function htmlTable({ caption, columns, rows }: Table): Markup {
  const names = columns.length > 2 ? 'scroll' : 'scroll few';
  return html`<div class="${names}" role="region" aria-label="${caption}" tabindex="0"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map(({ title, figures }) => html`<th scope="col"${figures ? html` class="n"` : undefined}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (cells) => html`<tr>${cells.map((one, at) => cell(one, columns[at], at === 0))}</tr>
`,
)}</tbody>
</table></div>
`;
}

function cell(given: Cell, column: Column | undefined, isHeading: boolean): Markup {
  const { text, tone, about, href }: CellContent = typeof given === 'string' ? { text: given } : given;
  const names = [...(column?.figures ? ['n'] : []), ...(tone === undefined ? [] : [tone])];
  const marks = names.length === 0 ? undefined : html` class="${names.join(' ')}"`;
  const below = about === undefined || about === '' ? undefined : html`<small>${about}</small>`;
  const linked = href === undefined ? text : html`<a href="${href}">${text}</a>`;
  return isHeading ? html`<th scope="row"${marks}>${linked}${below}</th>` : html`<td${marks}>${linked}${below}</td>`;
}

export function code(text: string): Markup {
  return html`<pre tabindex="0"><code>${text}</code></pre>
`;
}

/** Names and what they mean. */
export function meanings(list: readonly { readonly name: string; readonly text: string }[]): Markup {
  return html`<dl class="meanings">${list.map(({ name, text }) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl>
`;
}
