// Rendered objects with the positions of the documents that they come from.

import { resolve } from 'node:path';
import { isObject, type Json, type JsonObject, objectAt, own } from '../workload/json.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import type { Kustomization } from './kustomization.ts';

const origin = 'config.kubernetes.io/origin';

export interface Sources {
  readonly kustomization: Kustomization;
  /** The folder that origins are relative to. */
  readonly from: string | undefined;
  /** The documents of the files that the kustomization builds on, by absolute path. */
  readonly byFile: ReadonlyMap<string, readonly SourceDocument[]>;
}

/** `rendered` with the file and the positions of its source; of the kustomization where it has none, as with a generator. */
export function withSource(rendered: SourceDocument, sources: Sources): SourceDocument {
  const { kustomization } = sources;
  const { value } = rendered;
  if (!isObject(value)) return { ...rendered, file: kustomization.file };
  const source = sourceOf(value, sources) ?? kustomization.document;
  const { file, position, positionOf } = source;
  const isFound = source !== kustomization.document;
  const top = () => position('');
  return {
    ...rendered,
    file,
    value: withoutOrigin(value),
    position: isFound ? position : top,
    positionOf: isFound ? positionOf : top,
    rendered: kustomization.folder,
  };
}

function sourceOf(object: JsonObject, { from, byFile }: Sources): SourceDocument | undefined {
  const file = originOf(object, from);
  const documents = file === undefined ? [...byFile.values()].flat() : (byFile.get(file) ?? []);
  const alike = documents.filter(({ value }) => isObject(value) && own(value, 'kind') === own(object, 'kind'));
  if (file !== undefined && alike.length === 1) return alike[0];
  const name = nameOf(object);
  const fitting = alike.filter(({ value }) => name.includes(nameOf(value)));
  // Prefixes and suffixes make names longer: the longest that is within it.
  return fitting.toSorted((a, b) => nameOf(b.value).length - nameOf(a.value).length)[0];
}

function nameOf(value: Json): string {
  const name = isObject(value) ? own(objectAt(value, 'metadata'), 'name') : undefined;
  return typeof name === 'string' ? name : '';
}

/** The absolute path of the file, which the annotation holds as YAML. */
function originOf(object: JsonObject, from: string | undefined): string | undefined {
  const text = own(objectAt(objectAt(object, 'metadata'), 'annotations'), origin);
  if (typeof text !== 'string' || from === undefined) return undefined;
  const value = readDocuments('', text).documents[0]?.value;
  const path = isObject(value) ? own(value, 'path') : undefined;
  return typeof path === 'string' ? resolve(from, path) : undefined;
}

function withoutOrigin(object: JsonObject): JsonObject {
  const metadata = objectAt(object, 'metadata');
  const { [origin]: found, ...annotations } = objectAt(metadata, 'annotations');
  if (found === undefined) return object;
  const { annotations: _, ...rest } = metadata;
  const left = Object.keys(annotations).length > 0 ? { annotations } : {};
  return { ...object, metadata: { ...rest, ...left } };
}
