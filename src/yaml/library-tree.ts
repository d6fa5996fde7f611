// The library's nodes as a tree of ours.

import type { Node as LibraryNode, Pair as LibraryPair, Scalar as LibraryScalar } from 'yaml';
import { yamlLibrary } from './library.ts';
import { checkTag, taggedValue } from './tags.ts';
import { type MapEntry, type MapNode, type Node, type Scalar, Unusable } from './tree.ts';

interface Conversion {
  /** Called for a key that its map has already. */
  readonly onDoubled: (first: MapEntry, second: MapEntry) => void;
  /** The offset in the text for an offset of the library. */
  readonly original: (offset: number) => number;
}

/** @throws Unusable */
export function treeOf(root: LibraryNode, { onDoubled, original }: Conversion): Node {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  const anchors = new Map<string, Node>();

  const convert = (node: LibraryNode | null, at: number): Node => {
    if (node === null) return { kind: 'scalar', value: null, style: 'plain', start: at, end: at };
    const [start = at, end = at] = node.range?.map(original) ?? [];
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) throw new Unusable(`*${node.source} has no anchor &${node.source} before it`, start);
      return { kind: 'alias', target: target as Exclude<Node, { kind: 'alias' }>, start, end };
    }
    const anchor = 'anchor' in node && typeof node.anchor === 'string' ? { anchor: node.anchor } : {};
    const place = { start, end, ...anchor };
    const remember = <T extends Node>(made: T): T => {
      if (made.anchor !== undefined) anchors.set(made.anchor, made);
      return made;
    };
    checkTag(node.tag, isMap(node) ? 'map' : isSeq(node) ? 'list' : 'scalar', start);
    if (isScalar(node)) return remember({ kind: 'scalar', ...scalar(node, start), ...place });
    if (isSeq(node)) {
      const items: Node[] = [];
      const list = remember({ kind: 'list', flow: node.flow === true, items, ...place });
      for (const item of node.items as LibraryNode[]) items.push(convert(item, start));
      return list;
    }
    if (!isMap(node)) throw new Unusable('an unknown kind of YAML node', start);
    const pairs: MapEntry[] = [];
    const keys = new Map<string, MapEntry>();
    const map: MapNode = remember({ kind: 'map', flow: node.flow === true, pairs, ...place });
    for (const { key, value } of node.items as LibraryPair<LibraryNode, LibraryNode | null>[]) {
      const named = keyOf(key, { start, original });
      if (isScalar(key) && typeof key.anchor === 'string')
        anchors.set(key.anchor, { kind: 'scalar', value: named.key, style: 'plain', start, end: start });
      const pair = { ...named, value: convert(value, named.keyEnd) };
      const before = named.merge ? undefined : keys.get(named.key);
      if (before !== undefined) onDoubled(before, pair);
      keys.set(named.key, before ?? pair);
      pairs.push(pair);
    }
    return map;
  };
  return convert(root, 0);
}

/** Keys as kubectl sends them, for which every key is a string: `on: 1` becomes `true`. */
function keyOf(
  key: LibraryNode | null,
  { start, original }: Pick<Conversion, 'original'> & { readonly start: number },
): Omit<MapEntry, 'value'> {
  const [keyStart = start, keyEnd = start] = key?.range?.map(original) ?? [];
  if (!yamlLibrary().isScalar(key)) throw new Unusable('a key must be a single value', keyStart);
  const merge = typeof key.value === 'symbol';
  const style = styleOf(key);
  return { key: merge ? '<<' : keyText(key, style), keyStart, keyEnd, keyStyle: style, merge };
}

function keyText({ value, source }: LibraryScalar, style: Scalar['style']): string {
  if (style !== 'plain' || typeof value === 'boolean' || Number.isInteger(value)) return String(value);
  return source ?? String(value ?? '');
}

const styles: Readonly<Record<string, Scalar['style']>> = {
  QUOTE_DOUBLE: 'double',
  QUOTE_SINGLE: 'single',
  BLOCK_FOLDED: 'block',
  BLOCK_LITERAL: 'block',
};

function styleOf({ type }: LibraryScalar): Scalar['style'] {
  return styles[type ?? ''] ?? 'plain';
}

/** The library takes `e3` and `1e400` for numbers, without a finite value: to kubectl they are strings. */
function scalar(node: LibraryScalar, start: number): Pick<Scalar, 'value' | 'style'> {
  const { value, source = '' } = node;
  const style = styleOf(node);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    if (!/^[-+]?\.(inf|nan)$/i.test(source)) return { value: source, style };
    throw new Unusable(`${source} is a number that JSON cannot represent: put it in quotes`, start);
  }
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  const { tag } = node;
  const tagged = { ...(tag !== undefined && { tag }), source, start };
  return { value: taggedValue(plain ? value : String(value), tagged), style };
}
