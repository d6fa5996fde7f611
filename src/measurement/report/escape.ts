// Text from a cluster made harmless: in HTML, in SVG, in a table of Markdown.

import { truncateLine } from '../../text/truncate.ts';
/** HTML that is safe as it is. */
export interface Markup {
  readonly markup: string;
}

type Piece = string | number | Markup | undefined | readonly Piece[];

/** A template whose values are escaped, except those that are markup already; lists follow one another, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: strings.map((text, at) => text + rendered(pieces[at])).join('') };
}

/** Only for what this folder made itself, such as a chart. */
export function asMarkup(markup: string): Markup {
  return { markup };
}

function rendered(piece: Piece): string {
  if (piece === undefined) return '';
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  return 'markup' in piece ? piece.markup : piece.map(rendered).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For elements and quoted attributes, of HTML and of XML. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (found) => entities[found] ?? found);
}

// Control characters, what XML forbids, and marks that turn text around; a new line and a tab stay.
const hidden = /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

/** Characters that a reader cannot see, or that no document may hold, as `\u` and their number. */
export function visible(text: string): string {
  return text.replace(hidden, (found) => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/** In one line of at most `most` characters. */
export function brief(text: string, most: number): string {
  return truncateLine(visible(text), most);
}
