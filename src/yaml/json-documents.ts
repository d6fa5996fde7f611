// JSON documents directly after one another, as programs write them: kubectl reads them, but YAML has no such thing.

/** A part of the source that is parsed by itself. */
export interface Chunk {
  readonly start: number;
  readonly source: string;
}

/** An unterminated string extends to the end of the text: otherwise each of its quotes would begin another one. */
const token = /"(?:[^"\\]+|\\.?)*(?:"|$)|[{}[\]]|[^\s"{}[\]]+/gs;

/** One chunk for each object of `text`; a single chunk when it is anything else. */
export function jsonDocuments(text: string): readonly Chunk[] {
  const whole = [{ start: 0, source: text }];
  if (!/^\s*\{/.test(text) || !/\}\s*\{/.test(text)) return whole;
  const ends: number[] = [];
  let depth = 0;
  for (const { 0: said, index } of text.matchAll(token)) {
    if (depth === 0 && said !== '{') return whole;
    if (said === '{' || said === '[') depth += 1;
    if (said === '}' || said === ']') depth -= 1;
    if (depth === 0) ends.push(index + 1);
  }
  if (depth > 0) ends.push(text.length);
  return ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    return { start, source: text.slice(start, end) };
  });
}
