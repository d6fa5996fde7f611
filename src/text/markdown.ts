// What every report in Markdown is made of: lines of a table, and text that stays text.

import { visibleLines } from './hidden.ts';

/** Each ends with a line break. */
export function tableLines(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** Nothing of it is read as Markdown or HTML. */
export function escapedMarkdown(text: string): string {
  return visibleLines(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>|~&#!]/g, (found) => `\\${found}`);
}
