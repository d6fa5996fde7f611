// Reads the objects in YAML and JSON text: plain values as kubectl would send them, and the position of each field.

import { isObject, type Json, own } from '../workload/json.ts';
import { keysOf } from '../workload/path.ts';
import { hintFor } from './hints.ts';
import { parseText } from './parse.ts';
import type { ParsedDocument } from './parsed.ts';
import { offsetOf, type Position, positions } from './position.ts';
import { entryOf, type Node, plainValue, resolve, Unusable } from './tree.ts';

export interface SourceDocument {
  readonly file: string;
  readonly value: Json;
  /** The position of a field, its path as in workload/path.ts; for an absent one, that of its nearest existing ancestor. */
  readonly position: (path: string) => Position;
  /** The same by keys and list positions. */
  readonly positionOf: (keys: readonly (string | number)[]) => Position;
  /** The nodes of the document in its text, for the editor. */
  readonly root: Node;
  /** The YAML document that contains this one: the items of a List share it, and its anchors. */
  readonly part: ParsedDocument;
  /** The keys that a map of it has twice; the last one counts. */
  readonly doubled: readonly DoubledKeyAt[];
  /** What it was rendered from, and with it everything of the same: its positions are those of a source. */
  readonly rendered?: string;
}

/** A key that is there twice, with the positions of the first and of another one. */
export interface DoubledKeyAt {
  readonly key: string;
  readonly first: Position;
  readonly second: Position;
}

export function doubledKeySentence({ key, first, second }: DoubledKeyAt): string {
  const lines =
    first.line === second.line ? `twice in line ${first.line}` : `in lines ${first.line} and ${second.line}`;
  return `the key ${key.slice(0, 80)} is written ${lines}: kubectl takes the last one, and kustomize refuses the file. Remove one of the two`;
}

/** A file, or a part of it, that is unusable, and what to do about it. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

export interface Documents {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
  /** The YAML documents with those problems. */
  readonly broken: readonly BrokenDocument[];
}

/** A YAML document that cannot be read. */
export interface BrokenDocument {
  readonly source: string;
  readonly problems: readonly Problem[];
}

/** Every readable document of `text`; a List yields its items. A broken document is a problem and does not affect the others. */
export function readDocuments(file: string, text: string): Documents {
  const documents: SourceDocument[] = [];
  const broken: BrokenDocument[] = [];
  const body = withoutMark(text);
  const at = positions(body);
  for (const part of parseText(body)) {
    const { made, mistakes } = objectsOf(part);
    if (mistakes.length > 0) {
      const hinted = mistakes.map((one) => ({ ...one, message: `${one.message}${hintFor(body, one, part)}` }));
      const problems = hinted.map(({ offset, message }) => ({ file, ...at(offset), message }));
      broken.push({ source: body.slice(part.start, part.end), problems });
    }
    const doubledIn = doubledKeys(part, at);
    for (const { root, value } of made) {
      const positionOf = (keys: readonly (string | number)[]) => at(offsetOf(root, keys));
      const doubled = doubledIn(root);
      const position = (path: string) => positionOf(keysOf(value, path));
      documents.push({ file, value, root, part, doubled, positionOf, position });
    }
  }
  return { documents, problems: broken.flatMap(({ problems }) => problems), broken };
}

/** The doubled keys of an item of a List, when asked for each item in turn; of any other document all. */
function doubledKeys(
  { doubled }: ParsedDocument,
  at: (offset: number) => Position,
): (root: Node) => readonly DoubledKeyAt[] {
  const sorted = doubled.toSorted((a, b) => a.first - b.first);
  let next = 0;
  return ({ start, end }) => {
    while ((sorted[next]?.first ?? start) < start) next += 1;
    const from = next;
    while ((sorted[next]?.first ?? end) < end) next += 1;
    return sorted.slice(from, next).map(({ key, first, second }) => ({ key, first: at(first), second: at(second) }));
  };
}

/** All offsets count from after the byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

interface Made {
  readonly root: Node;
  readonly value: Json;
}

function objectsOf({ root, mistakes }: ParsedDocument): {
  readonly made: readonly Made[];
  readonly mistakes: ParsedDocument['mistakes'];
} {
  if (root === undefined) return { made: [], mistakes };
  try {
    const value = plainValue(root);
    return { made: value === null ? [] : (itemsOf(root, value) ?? [{ root, value }]), mistakes };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { made: [], mistakes: [{ offset: error.offset, message: error.message }] };
  }
}

/** The items of a `kind: List`, or of a typed one as `kubectl get -o json` of an old client wrote it. */
function itemsOf(root: Node, value: Json): Made[] | undefined {
  if (!isObject(value) || !String(own(value, 'kind')).endsWith('List')) return undefined;
  const map = resolve(root);
  const list = map.kind === 'map' ? entryOf(map, 'items')?.value : undefined;
  const nodes = list === undefined ? undefined : resolve(list);
  const values = own(value, 'items');
  if (nodes?.kind !== 'list' || !Array.isArray(values)) return undefined;
  return nodes.items.map((node, i) => ({ root: node, value: values[i] as Json }));
}
