// Text in the charts: lines of it at fixed places, and how much room it takes.

import type { TitleComponentOption } from 'echarts/components';
import { brief } from '../../../text/markup.ts';
import { type ColourName, colour } from './palette.ts';

interface Text {
  readonly text: string;
  readonly top: number;
  readonly left: number;
  readonly align?: 'left' | 'center' | 'right';
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: ColourName;
}

/** One line of text; `left` is where its start, middle or end is, by `align`. */
export function textElement({
  text: words,
  top,
  left,
  align = 'left',
  size = 12,
  bold = false,
  colour: name = 'text',
}: Text) {
  return {
    text: brief(words, 200),
    top,
    left,
    textAlign: align,
    padding: 0,
    textStyle: { fontSize: size, fontWeight: bold ? 600 : 400, color: colour[name], lineHeight: size + 4 },
  } satisfies TitleComponentOption;
}

/** An estimate of the width of a string in pixels; there is no browser to measure it. */
export function textWidth(words: string, size = 12): number {
  return words.length * size * 0.57;
}

/** Lines of whole words, none wider than `most` pixels unless a word alone is. */
export function wrapped(words: string, most: number, size = 12): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
    if (lines.length > 0 && textWidth(longer, size) <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Pixels from the edge of a picture to its headings and legends. */
export const edge = 12;

/** A title, and what it is about; `headingsHeight` tall. */
export function headings({ title, subtitle }: { readonly title: string; readonly subtitle?: string }) {
  return [
    textElement({ text: title, left: edge, top: 14, size: 17, bold: true }),
    ...(subtitle === undefined
      ? []
      : [textElement({ text: subtitle, left: edge, top: 38, size: 13, colour: 'muted' })]),
  ];
}

export function headingsHeight({ subtitle }: { readonly subtitle?: string }): number {
  return subtitle === undefined ? 46 : 66;
}

/** The middle of a label so that it stays between the two edges. */
export function keptWithin(middle: number, words: string, { from, to }: Record<'from' | 'to', number>): number {
  const half = textWidth(words) / 2;
  return Math.max(from + half, Math.min(to - half, middle));
}

/** Rows for labels that stand side by side at their middles, so that none covers another: 0 for the lowest. */
export function labelRows(labels: readonly { readonly at: number; readonly words: string }[]): readonly number[] {
  const ends: number[] = [];
  return labels.map(({ at, words }) => {
    const half = textWidth(words) / 2 + 6;
    const free = ends.findIndex((end) => end <= at - half);
    const row = free === -1 ? ends.length : free;
    ends[row] = at + half;
    return row;
  });
}
