// The frame of the report, and its parts: sections, tables, figures, lists.

import type { ChartOptions } from '../charts/echarts.ts';
import { asMarkup, brief, html, type Markup } from '../escape.ts';
import { pageStyle } from './style.ts';

export interface Section {
  /** Of its heading; letters and `-`. */
  readonly id: string;
  readonly title: string;
  readonly body: readonly Markup[];
}

export interface Page {
  readonly title: string;
  /** Under the title. */
  readonly about: readonly string[];
  /** The result in a sentence. */
  readonly verdict: { readonly tone: Tone; readonly text: string };
  readonly figures: readonly KeyFigure[];
  /** What could not be measured. */
  readonly failures: readonly string[];
  readonly sections: readonly Section[];
}

export type Tone = 'good' | 'bad' | 'plain';

export interface KeyFigure {
  readonly name: string;
  readonly value: string;
  readonly tone?: Tone;
}

// Nothing is fetched and nothing runs, whatever a name may hold.
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function page({ title, about, verdict, figures, failures, sections }: Page): string {
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${brief(title, 120)}</title>
<style>${asMarkup(pageStyle)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="about">${about.map((part) => html`<span>${part}</span>`)}</p>
</header>
<main>
${notMeasured(failures)}
<p class="verdict ${verdict.tone}">${verdict.text}</p>
<dl class="figures">${figures.map(keyFigure)}</dl>
<nav aria-label="Contents"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${sections.map(section)}
</main>
</body>
</html>
`.markup
  }`;
}

function keyFigure({ name, value, tone = 'plain' }: KeyFigure): Markup {
  return html`<div class="${tone}"><dt>${name}</dt><dd>${value}</dd></div>`;
}

function notMeasured(failures: readonly string[]): Markup | undefined {
  if (failures.length === 0) return undefined;
  return html`<section class="failures" aria-labelledby="failures"><h2 id="failures">Not measured</h2><ul>${failures.map(
    (one) => html`<li>${one}</li>`,
  )}</ul></section>`;
}

function section({ id, title, body }: Section): Markup {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}
</section>
`;
}

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

export type Cell = string | { readonly text: string; readonly tone?: Tone; readonly about?: string };

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
  const { text, tone, about } = typeof given === 'string' ? { text: given, tone: undefined, about: undefined } : given;
  const names = [...(column?.figures ? ['n'] : []), ...(tone === undefined ? [] : [tone])];
  const marks = names.length === 0 ? undefined : html` class="${names.join(' ')}"`;
  const below = about === undefined || about === '' ? undefined : html`<small>${about}</small>`;
  return isHeading ? html`<th scope="row"${marks}>${text}${below}</th>` : html`<td${marks}>${text}${below}</td>`;
}

/** A chart in two widths, of which the page shows one. */
export function figure(caption: string, draw: (look: ChartOptions) => string): Markup {
  const wide = draw({ headed: false, width: 960 });
  const narrow = draw({ headed: false, width: 360 });
  return html`<figure>
<div class="wide">${asMarkup(wide)}</div>
<div class="narrow">${asMarkup(narrow)}</div>
<figcaption>${caption}</figcaption>
</figure>
`;
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
