// Text from a cluster or a file made harmless: in HTML and in XML.

import { visibleLines } from './hidden.ts';
import { truncateLine } from './truncate.ts';

/** HTML that is safe as it is. */
export interface Markup {
  readonly markup: string;
}

type Piece = string | number | Markup | undefined | readonly Piece[];

/** A template whose values are escaped, except those that are markup already; lists follow one another, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: strings.map((text, at) => text + rendered(pieces[at])).join('') };
}

/** Only for what was made here, such as a chart. */
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
  return visibleLines(text).replace(/[&<>"']/g, (found) => entities[found] ?? found);
}

/** In one line of at most `most` characters. */
export function brief(text: string, most: number): string {
  return truncateLine(visibleLines(text), most);
}
