// The only file that uses the YAML library: turns text into trees, one for each YAML document.

import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node as LibraryNode,
  type Pair as LibraryPair,
  type Scalar as LibraryScalar,
  Parser,
  type ScalarTag,
  type Tags,
} from 'yaml';
import { jsonDocuments } from './json-documents.ts';
import { lineStart } from './layout.ts';
import { doubledKey, oddEnd, syntaxMistakes, type TextMistake } from './problems.ts';
import { checkTag, taggedValue } from './tags.ts';
import { type MapEntry, type MapNode, type Node, type Scalar, Unusable } from './tree.ts';

/** One YAML document of a source string: a tree, or why there is none; neither for an empty document. */
export interface ParsedDocument {
  readonly start: number;
  readonly end: number;
  readonly root?: Node;
  readonly mistakes: readonly TextMistake[];
}

/** `0o36`, which only YAML 1.2 has; kubectl accepts it as well as `036`. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0o[0-7_]+$/,
  resolve: (text) => Number.parseInt(text.replace(/0o|_/g, ''), 8),
};

/** To kubectl these are a string, a list of maps and a map. */
const unknown = /:(?:timestamp|omap|pairs|set)$/;

/** kubectl reads YAML 1.1 with merge keys, but neither dates nor sexagesimal numbers: `22:22` is a string. */
const options = {
  version: '1.1',
  prettyErrors: false,
  logLevel: 'silent',
  // The library compares each key with all before it, which takes half a minute for 40,000 keys. Ours are in a set.
  uniqueKeys: false,
  customTags: (tags: Tags): Tags => [
    ...tags.filter((tag) => typeof tag === 'string' || !(unknown.test(tag.tag) || isSexagesimal(tag))),
    octal,
  ],
} as const;

function isSexagesimal(tag: object): boolean {
  return 'format' in tag && tag.format === 'TIME';
}

/** All documents of `text`, which has no byte order mark. One at a time: the library's trees are far bigger than ours. */
export function parseText(text: string): readonly ParsedDocument[] {
  const parts: ParsedDocument[] = [];
  const done = () => parts.at(-1)?.end ?? 0;
  try {
    for (const { start, source } of jsonDocuments(withoutMarks(text)))
      for (const document of new Composer(options).compose(parserAt(start).parse(source)))
        parts.push(part(document as Document.Parsed, text, done()));
  } catch (error) {
    const why = error instanceof RangeError ? 'it is nested too deeply' : String(error);
    const mistakes = [{ offset: done(), message: `not valid YAML: ${why}` }];
    parts.push({ start: done(), end: text.length, mistakes });
  }
  const hidden = oddEnd(text, [done(), text.length]);
  return hidden.length === 0 ? parts : [...parts, { start: done(), end: text.length, mistakes: hidden }];
}

/** Concatenated files keep their byte order marks: each becomes a line end, so that the offsets stay. */
function withoutMarks(text: string): string {
  return text.replace(/\n\uFEFF/g, (found, at: number) =>
    text.startsWith('---', lineStart(text, at)) ? '\n\n' : found,
  );
}

function parserAt(offset: number): Parser {
  const parser = new Parser();
  parser.offset = offset;
  return parser;
}

/** `from`: the end of the document before, because what is between them counts as well. */
function part(document: Document.Parsed, text: string, from: number): ParsedDocument {
  const [start, , end] = document.range;
  const place = { start, end };
  if (document.errors.length > 0) return { ...place, mistakes: syntaxMistakes(document.errors) };
  const doubled: TextMistake[] = [];
  try {
    const root =
      document.contents === null ? undefined : tree(document.contents, (pair) => doubled.push(doubledKey(pair)));
    const mistakes = [...oddEnd(text, [from, end], root), ...doubled];
    return { ...place, ...(root !== undefined && mistakes.length === 0 && { root }), mistakes };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { ...place, mistakes: [{ offset: error.offset, message: error.message }] };
  }
}

function tree(root: LibraryNode, doubled: (pair: MapEntry) => void): Node {
  const anchors = new Map<string, Node>();

  const convert = (node: LibraryNode | null, at: number): Node => {
    if (node === null) return { kind: 'scalar', value: null, style: 'plain', start: at, end: at };
    const [start = at, end = at] = node.range ?? [];
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
    if (isScalar(node)) return remember({ kind: 'scalar', ...scalar(node), ...place });
    if (isSeq(node)) {
      const items: Node[] = [];
      const list = remember({ kind: 'list', flow: node.flow === true, items, ...place });
      for (const item of node.items as LibraryNode[]) items.push(convert(item, start));
      return list;
    }
    if (!isMap(node)) throw new Unusable('an unknown kind of YAML node', start);
    const pairs: MapEntry[] = [];
    const keys = new Set<string>();
    const map: MapNode = remember({ kind: 'map', flow: node.flow === true, pairs, ...place });
    for (const { key, value } of node.items as LibraryPair<LibraryNode, LibraryNode | null>[]) {
      const named = keyOf(key, start);
      if (isScalar(key) && typeof key.anchor === 'string')
        anchors.set(key.anchor, { kind: 'scalar', value: named.key, style: 'plain', start, end: start });
      const pair = { ...named, value: convert(value, named.keyEnd) };
      if (keys.has(named.key)) doubled(pair);
      keys.add(named.key);
      pairs.push(pair);
    }
    return map;
  };
  return convert(root, 0);
}

/** Keys as written: `on:` stays `on`. */
function keyOf(key: LibraryNode | null, start: number): Omit<MapEntry, 'value'> {
  const [keyStart = start, keyEnd = start] = key?.range ?? [];
  if (!isScalar(key)) throw new Unusable('a key must be a single value', keyStart);
  const merge = typeof key.value === 'symbol';
  const style = styleOf(key);
  const name = style === 'plain' ? (key.source ?? String(key.value ?? '')) : String(key.value);
  return { key: merge ? '<<' : name, keyStart, keyEnd, keyStyle: style, merge };
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
function scalar(node: LibraryScalar): Pick<Scalar, 'value' | 'style'> {
  const { value, source = '' } = node;
  const style = styleOf(node);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    if (!/^[-+]?\.(inf|nan)$/i.test(source)) return { value: source, style };
    throw new Unusable(`${source} is a number that JSON cannot represent: put it in quotes`, node.range?.[0] ?? 0);
  }
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  const { tag, range } = node;
  const tagged = { ...(tag !== undefined && { tag }), source, start: range?.[0] ?? 0 };
  return { value: taggedValue(plain ? value : String(value), tagged), style };
}
