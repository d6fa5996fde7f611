// Terminal colours, and text wrapped to the width of the terminal.

import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

export type Paint = (style: Style, text: string) => string;

export function paint(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** `text` over lines of at most `width` columns, the later ones indented; unchanged where there is no room for that. */
export function wrap(text: string, indent: number, width: number | undefined): string {
  const room = (width ?? Number.POSITIVE_INFINITY) - indent;
  if (room < 40 || text.length <= room) return text;
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
