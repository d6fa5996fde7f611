// Reads the objects in YAML and JSON text: plain values as kubectl would send them, and the position of each field.

import { isObject, type Json, own } from '../workload/json.ts';
import { keysOf } from '../workload/path.ts';
import { type ParsedDocument, parseText } from './parse.ts';
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
}

/** Every readable document of `text`; a List yields its items. A broken document is a problem and does not affect the others. */
export function readDocuments(file: string, text: string): Documents {
  const documents: SourceDocument[] = [];
  const problems: Problem[] = [];
  const body = withoutMark(text);
  const at = positions(body);
  for (const part of parseText(body)) {
    const { made, mistakes } = objectsOf(part);
    const hint = mistakes.length > 0 && body.slice(part.start, part.end).includes('{{') ? templateHint : '';
    for (const { offset, message } of mistakes) problems.push({ file, ...at(offset), message: `${message}${hint}` });
    for (const { root, value } of made) {
      const positionOf = (keys: readonly (string | number)[]) => at(offsetOf(root, keys));
      documents.push({ file, value, root, part, positionOf, position: (path) => positionOf(keysOf(value, path)) });
    }
  }
  return { documents, problems };
}

const templateHint = '. This looks like a template: render it first (`helm template ... | hitless check -`)';

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
