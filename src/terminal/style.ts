// Terminal colours, and text wrapped to the width of the terminal.

import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

export type Paint = (style: Style, text: string) => string;

/** How a text is set. */
export interface TextLayout {
  readonly style: Paint;
  /** Columns of the terminal; undefined without one. */
  readonly width: number | undefined;
}

export function paint(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** `text` over lines of at most `width` columns, the later ones indented; unchanged where there is no room for that. */
export function wrap(text: string, indent: number, width: number | undefined): string {
  return wrapParts(text.split(' '), indent, width);
}

/** The same for parts that are not broken. */
export function wrapParts(parts: readonly string[], indent: number, width: number | undefined): string {
  const room = (width ?? Number.POSITIVE_INFINITY) - indent;
  const text = parts.join(' ');
  if (room < 40 || text.length <= room) return text;
  const lines: string[] = [''];
  for (const part of parts) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + part.length > room) lines.push(part);
    else lines[lines.length - 1] = line === '' ? part : `${line} ${part}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** Paragraphs, which are lines without indentation, filled to `width` columns; the other lines as they are. */
export function reflow(text: string, width: number): string {
  return text.replace(/^\S.*(?:\n\S.*)*$/gm, (paragraph) => wrap(paragraph.replaceAll('\n', ' '), 0, width));
}
