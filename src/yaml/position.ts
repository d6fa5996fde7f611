// Offsets in a string as lines and columns, and the offset of a field in its tree.

import { entryOf, type Node, resolve } from './tree.ts';

/** Both start at 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds line and column of an offset; the line table is made at the first call. */
export function positions(text: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The start of the field that `keys` lead to: its key, or the item of a list; as deep as the path exists. */
export function offsetOf(root: Node, keys: readonly (string | number)[]): number {
  let offset = root.start;
  let node: Node = root;
  for (const key of keys) {
    const here = resolve(node);
    const pair = here.kind === 'map' && typeof key === 'string' ? entryOf(here, key) : undefined;
    const item = here.kind === 'list' && typeof key === 'number' ? here.items[key] : undefined;
    const next: Node | undefined = pair?.value ?? item;
    if (next === undefined) break;
    offset = pair?.keyStart ?? next.start;
    node = next;
  }
  return offset;
}
