// Replacements in a string, collected first and applied together.

/** `text` replaces what is between `start` and `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of two insertions at one place, the deeper indented comes first: it belongs to what precedes. */
  readonly column: number;
}

/** A piece of a string before and after. */
export interface Segment {
  readonly before: string;
  readonly after: string;
}

/** `text` in pieces, unchanged and changed ones. Splices at one place and column keep their order. */
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
