// Characters that end a line for kubectl but not for us: what looks like part of a comment would be applied.

import type { Node } from './tree.ts';

/** YAML 1.1 has five: CR alone, NEL, LS and PS beside the usual ones. */
const odd = /\r(?!\n)|[\u0085\u2028\u2029]/g;

/** The offset of the first one in `text`, the source of `root`; offsets begin at `start`. */
export function oddLineEnd(text: string, start: number, root: Node | undefined): number | undefined {
  if (text.search(odd) === -1) return undefined;
  const quoted = root === undefined ? [] : quotedParts(root);
  let next = 0;
  for (const { 0: character, index } of text.matchAll(odd)) {
    const offset = start + index;
    while ((quoted[next]?.[1] ?? offset + 1) <= offset) next += 1;
    const isQuoted = (quoted[next]?.[0] ?? offset + 1) <= offset;
    if (character === '\r' || !isQuoted) return offset;
  }
  return undefined;
}

/** The ranges in which the other three are ordinary characters. */
function quotedParts(node: Node): (readonly [from: number, to: number])[] {
  if (node.kind === 'alias') return [];
  if (node.kind === 'scalar') return node.style === 'plain' ? [] : [[node.start, node.end]];
  if (node.kind === 'list') return node.items.flatMap(quotedParts);
  return node.pairs.flatMap(({ keyStart, keyEnd, keyStyle, value }) => [
    ...(keyStyle === 'plain' ? [] : [[keyStart, keyEnd] as const]),
    ...quotedParts(value),
  ]);
}
