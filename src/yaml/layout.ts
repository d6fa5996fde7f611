// The layout of a source string: where lines end, what belongs to a field, how far things are indented.

import type { BlockStyle } from './emit.ts';
import { type MapEntry, type MapNode, type Node, resolve } from './tree.ts';

export interface Layout {
  readonly text: string;
  readonly unit: number;
  readonly listIndent: number;
}

/** The habits of the document below `root`, for the maps that show none of their own. */
export function layoutOf(text: string, root: Node): Layout {
  const habits = { unit: 0, listIndent: -1 };
  look(root, text, habits);
  return {
    text,
    unit: habits.unit === 0 ? 2 : habits.unit,
    listIndent: Math.max(habits.listIndent, 0),
  };
}

function look(node: Node, text: string, habits: { unit: number; listIndent: number }): void {
  if (habits.unit > 0 && habits.listIndent >= 0) return;
  if (node.kind === 'list') for (const item of node.items) look(item, text, habits);
  if (node.kind !== 'map' || node.flow) return;
  const column = columnOf(text, node.start);
  for (const { value, merge } of node.pairs) {
    if (merge || (value.kind !== 'map' && value.kind !== 'list') || value.flow) continue;
    const by = columnOf(text, value.start) - column;
    if (value.kind === 'map' && habits.unit === 0) habits.unit = by;
    if (value.kind === 'list' && habits.listIndent < 0) habits.listIndent = by;
    look(value, text, habits);
  }
}

/** The style of new fields in `map`: that of its other fields, otherwise that of the document. */
export function styleIn(map: MapNode, layout: Layout): BlockStyle {
  const column = columnOf(layout.text, map.start);
  const nested = map.pairs.find(({ value, merge }) => !merge && value.kind === 'map' && !value.flow);
  const first = map.pairs[0]?.keyStyle ?? 'plain';
  return {
    unit: nested === undefined ? layout.unit : columnOf(layout.text, nested.value.start) - column,
    listIndent: layout.listIndent,
    keys: first === 'block' ? 'plain' : first,
  };
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** The offset after a byte order mark, which takes no column. */
export function lineStart(text: string, offset: number): number {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return start < offset && text[start] === '\uFEFF' ? start + 1 : start;
}

/** The end of the line that `offset` is in, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  if (found === -1) return text.length;
  return found > offset && text[found - 1] === '\r' ? found - 1 : found;
}

/** The break that ends the line of `offset`, or else the line before: in a mixed file a new line ends like its neighbour. */
export function newlineAt(text: string, offset: number): string {
  const next = text.indexOf('\n', offset);
  const found = next === -1 ? text.lastIndexOf('\n', offset) : next;
  return text[found - 1] === '\r' ? '\r\n' : '\n';
}

/** The white space that the line of `offset` begins with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}

/** The offset after the last character of a pair, without comments. */
export function pairEnd(pair: MapEntry, text: string): number {
  const end = contentEnd(pair.value, text);
  return Math.max(end, text.startsWith(':', pair.keyEnd) ? pair.keyEnd + 1 : pair.keyEnd);
}

function contentEnd(node: Node, text: string): number {
  if (node.kind === 'scalar' && node.style === 'block') return blockScalarEnd(node, text);
  if (node.kind === 'map' && !node.flow) return lastEnd(node.pairs.at(-1), node.end, text);
  if (node.kind === 'list' && !node.flow) return contentEnd(node.items.at(-1) ?? { ...node, flow: true }, text);
  return node.end;
}

function lastEnd(pair: MapEntry | undefined, otherwise: number, text: string): number {
  return pair === undefined ? otherwise : pairEnd(pair, text);
}

/** The empty lines after a block scalar belong to it only with `+`. */
function blockScalarEnd({ start, end }: Node, text: string): number {
  const all = text.slice(start, end);
  const kept = /^[|>][0-9]*\+/.test(all) ? all.replace(/\r?\n$/, '') : all.trimEnd();
  return start + kept.length;
}

/** The end of the last line that belongs to `pair` of the block map `map`: its value and the comments that go with it. */
export function blockEnd(pair: MapEntry, map: MapNode, text: string): number {
  const column = columnOf(text, pair.keyStart);
  const last = pair === map.pairs.at(-1);
  const value = resolve(pair.value);
  const flatList =
    value === pair.value && value.kind === 'list' && !value.flow && columnOf(text, value.start) === column;
  let end = lineEnd(text, pairEnd(pair, text));
  if (flatList && !last) end = behindCommentedItems(text, end);
  for (let comment = commentAfter(text, end); comment !== undefined; comment = commentAfter(text, end)) {
    if (comment.column < column || (comment.column === column && !last)) break;
    end = comment.end;
  }
  return end;
}

/** For a list that is not indented under its key: the comment lines below it are its own if one is a commented-out item. */
function behindCommentedItems(text: string, end: number): number {
  const comments = [];
  for (let next = commentAfter(text, end); next !== undefined; next = commentAfter(text, next.end)) comments.push(next);
  return comments.some(({ said }) => said.startsWith('- ')) ? (comments.at(-1)?.end ?? end) : end;
}

/** The next line, if it holds a comment and nothing else. */
function commentAfter(text: string, end: number) {
  const found = /^\r?\n([ \t]*)#+[ \t]*([^\r\n]*)/.exec(text.slice(end, end + 2000));
  if (found === null) return undefined;
  const start = end + (found[0].startsWith('\r') ? 2 : 1);
  return { column: found[1]?.length ?? 0, said: found[2] ?? '', end: lineEnd(text, start) };
}
