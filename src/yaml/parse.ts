// Turns text into trees, one for each YAML document.

import type { Document, Node as LibraryNode, ScalarTag, Tags } from 'yaml';
import { controlCharacters } from './control-characters.ts';
import { indented } from './indentation.ts';
import { type Chunk, jsonDocuments } from './json-documents.ts';
import { lineStart } from './layout.ts';
import { yamlLibrary } from './library.ts';
import { treeOf } from './library-tree.ts';
import type { DoubledKey, ParsedDocument } from './parsed.ts';
import { oddEnd, syntaxMistakes } from './problems.ts';
import { readSubset } from './subset/read.ts';
import { type MapEntry, Unusable } from './tree.ts';

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

/**
 * All documents of `text`, which has no byte order mark. One at a time: the library's trees are far bigger than ours. `readQuickly` is
 * asked first, and the library where it gives nothing.
 */
export function parseText(text: string, readQuickly = readSubset): readonly ParsedDocument[] {
  const parts: ParsedDocument[] = [];
  const done = () => parts.at(-1)?.end ?? 0;
  try {
    const whole = withoutMarks(text);
    for (const chunk of jsonDocuments(whole))
      for (const piece of piecesOf(chunk)) {
        const quick = canBeQuick(piece)
          ? readQuickly(whole, [piece.start, piece.start + piece.source.length])
          : undefined;
        if (quick !== undefined) parts.push(withoutOddities(quick, text, done()));
        else
          for (const { document, original } of read(piece))
            parts.push(part(document, { text, from: done(), original }));
      }
  } catch (error) {
    const why = error instanceof RangeError ? 'it is nested too deeply' : String(error);
    const mistakes = [{ offset: done(), message: `not valid YAML: ${why}` }];
    parts.push({ start: done(), end: text.length, mistakes, doubled: [] });
  }
  const rest = [done(), text.length] as const;
  const hidden = [...controlCharacters(text, rest), ...oddEnd(text, rest)];
  return hidden.length === 0 ? parts : [...parts, { start: done(), end: text.length, mistakes: hidden, doubled: [] }];
}

/** Concatenated files keep their byte order marks: each becomes a line end, so that the offsets stay. */
function withoutMarks(text: string): string {
  return text.replace(/\n\uFEFF/g, (found, at: number) =>
    text.startsWith('---', lineStart(text, at)) ? '\n\n' : found,
  );
}

interface Piece extends Chunk {
  readonly hasDirectives: boolean;
}

/** A document mark ends what is before it, as for kubectl, which does not ask whether a string or a bracket is still open. */
function piecesOf({ start, source }: Chunk): readonly Piece[] {
  const hasDirectives = source.startsWith('%') || source.includes('\n%');
  if (hasDirectives) return [{ start, source, hasDirectives }];
  const starts = [0, ...Array.from(source.matchAll(/\n---(?=\s|$)/g), ({ index }) => index + 1)];
  return starts.map((from, i) => ({ start: start + from, source: source.slice(from, starts[i + 1]), hasDirectives }));
}

/** Directives, and line ends of Windows, are for the library. */
function canBeQuick({ source, hasDirectives }: Piece): boolean {
  return !hasDirectives && !source.includes('\r');
}

/** Without its tree where characters are in it that kubectl refuses. */
function withoutOddities(document: ParsedDocument, text: string, from: number): ParsedDocument {
  const { root, end } = document;
  const mistakes = [...controlCharacters(text, [from, end]), ...oddEnd(text, [from, end], root)];
  if (mistakes.length === 0) return document;
  const { root: _, ...others } = document;
  return { ...others, mistakes };
}

interface Read {
  readonly document: Document.Parsed;
  readonly original: (offset: number) => number;
}

// Each is a part of the text that kubectl takes and the library does not; more of them are in nobody's file.
const mostRepairs = 100;

/** The documents of one piece, a second time with deeper indentation where that makes the difference. */
function read({ start, source }: Chunk): readonly Read[] {
  const first = documentsOf(start, source);
  let [now, text, original] = [first, source, (offset: number) => offset];
  for (let repairs = 0; repairs < mostRepairs; repairs += 1) {
    const at = repairable(now);
    if (at === undefined) break;
    const deeper = indented(text, at - start);
    if (deeper === undefined) break;
    const before = original;
    text = deeper.text;
    original = (offset) => before(deeper.original(offset - start) + start);
    now = documentsOf(start, text);
  }
  const isBetter = now !== first && now.every(({ errors }) => errors.length === 0);
  const plain = (offset: number) => offset;
  return (isBetter ? now : first).map((document) => ({ document, original: isBetter ? original : plain }));
}

function documentsOf(offset: number, source: string): readonly Document.Parsed[] {
  const { Composer, Parser } = yamlLibrary();
  const parser = new Parser();
  parser.offset = offset;
  const documents = [...new Composer(options).compose(parser.parse(source))] as Document.Parsed[];
  for (const document of documents) document.errors = document.errors.filter(isError);
  return documents;
}

/** kubectl takes `"x"# comment`, and there is only one way to read it. */
function isError({ message }: { readonly message: string }): boolean {
  return !message.startsWith('Comments must be separated from other tokens');
}

/** Where what is not indented enough begins. */
function repairable(documents: readonly Document.Parsed[]): number | undefined {
  const broken = documents.find(({ errors }) => errors.length > 0);
  const [error] = broken?.errors ?? [];
  if (error === undefined || !/^(?:Missing closing ['"]quote|Flow \w+ in block collection must)/.test(error.message))
    return undefined;
  return broken?.contents == null ? undefined : enclosing(broken.contents, error.pos[0]);
}

/** The start of the outermost collection in brackets or string in quotes around `offset`. */
function enclosing(node: LibraryNode, offset: number): number | undefined {
  const [start = 0, , end = 0] = node.range ?? [];
  if (start >= offset || end < offset) return undefined;
  const { isCollection, isNode, isPair, isScalar } = yamlLibrary();
  if (isScalar(node)) return node.type?.startsWith('QUOTE') ? start : undefined;
  if (!isCollection(node)) return undefined;
  if (node.flow === true) return start;
  const children = (node.items as unknown[]).flatMap((item) => (isPair(item) ? [item.key, item.value] : [item]));
  for (const child of children) {
    const found = isNode(child) ? enclosing(child, offset) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Source {
  readonly text: string;
  /** The end of the document before, because what is between them counts as well. */
  readonly from: number;
  readonly original: (offset: number) => number;
}

function part(document: Document.Parsed, { text, from, original }: Source): ParsedDocument {
  const [start, end] = [original(document.range[0]), original(document.range[2])];
  const place = { start, end, doubled: [] };
  if (document.errors.length > 0) return { ...place, mistakes: syntaxMistakes(document.errors) };
  const doubled: DoubledKey[] = [];
  const onDoubled = (first: MapEntry, second: MapEntry) =>
    doubled.push({ key: second.key, first: first.keyStart, second: second.keyStart });
  try {
    const root = document.contents === null ? undefined : treeOf(document.contents, { onDoubled, original });
    return withoutOddities({ ...place, doubled, ...(root !== undefined && { root }), mistakes: [] }, text, from);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { ...place, mistakes: [{ offset: error.offset, message: error.message }] };
  }
}
