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

/** The text as it is, in a block that nothing in it ends. */
export function fenced(text: string, language: string): string {
  const runs = Array.from(text.matchAll(/`+/g), ([run]) => run.length);
  const fence = '`'.repeat(Math.max(2, ...runs) + 1);
  return `${fence}${language}\n${visibleLines(text)}\n${fence}`;
}
