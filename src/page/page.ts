// The frame of every report that is a page: one HTML document that holds all it shows, in sections.

import { createHash } from 'node:crypto';
import { asMarkup, brief, html, type Markup } from '../text/markup.ts';
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
  readonly failures: Failures;
  readonly sections: readonly Section[];
  readonly addition?: Addition;
}

/** What could not be done; not shown where there is nothing. */
export interface Failures {
  readonly title: string;
  readonly sentences: readonly string[];
}

/** What one kind of report has besides: rules of the style sheet, and a script without which all of the page can be read as well. */
export interface Addition {
  readonly style: string;
  readonly script: string;
}

export type Tone = 'good' | 'bad' | 'plain';

export interface KeyFigure {
  readonly name: string;
  readonly value: string;
  readonly tone?: Tone;
}

/** Nothing is fetched, and nothing runs but the page's own script, whatever a name may hold. */
function policyFor(script: string): string {
  const only = script === '' ? '' : ` script-src 'sha256-${createHash('sha256').update(script).digest('base64')}';`;
  return `default-src 'none'; style-src 'unsafe-inline';${only} base-uri 'none'; form-action 'none'`;
}

export function page(content: Page): string {
  const { title, about, verdict, figures, failures, sections, addition: { style, script } = nothing } = content;
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}">
<title>${brief(title, 120)}</title>
<style>${asMarkup(pageStyle + style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="about">${about.map((part) => html`<span>${part}</span>`)}</p>
</header>
<main>
${failed(failures)}
<p class="verdict ${verdict.tone}">${verdict.text}</p>
<dl class="figures">${figures.map(keyFigure)}</dl>
<nav aria-label="Contents"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${sections.map(section)}
</main>
${
  script === ''
    ? undefined
    : html`<script>${asMarkup(script)}</script>
`
}</body>
</html>
`.markup
  }`;
}

const nothing: Addition = { style: '', script: '' };

function keyFigure({ name, value, tone = 'plain' }: KeyFigure): Markup {
  return html`<div class="${tone}"><dt>${name}</dt><dd>${value}</dd></div>`;
}

function failed({ title, sentences }: Failures): Markup | undefined {
  if (sentences.length === 0) return undefined;
  return html`<section class="failures" aria-labelledby="failures"><h2 id="failures">${title}</h2><ul>${sentences.map(
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
