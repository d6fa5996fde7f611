// Replacements in a text, collected while it is read and carried out at once.

/** `text` in place of what stands from `start` to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of two insertions at one place the one indented deeper comes first: it belongs to what stands before. */
  readonly column: number;
}

/** A piece of a text before and after. */
export interface Segment {
  readonly before: string;
  readonly after: string;
}

/** `text` in pieces, those that stay and those that change. Splices at one place and column stay in the order given. */
export function splice(text: string, splices: readonly Splice[]): Segment[] {
  const sorted = [...splices].sort((a, b) => a.start - b.start || b.column - a.column);
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end, text: after } of sorted) {
    segments.push(unchanged(text.slice(at, start)), { before: text.slice(Math.max(at, start), end), after });
    at = Math.max(at, end);
  }
  return [...segments, unchanged(text.slice(at))];
}

export function unchanged(text: string): Segment {
  return { before: text, after: text };
}

export function textAfter(segments: readonly Segment[]): string {
  return segments.map(({ after }) => after).join('');
}
