// The files that kustomize starts from, with what of them decides which objects they change.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { decode } from '../files/read-source.ts';
import { isObject, type Json, type JsonObject, own } from '../workload/json.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';

export interface Kustomization {
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
  readonly document: SourceDocument;
  readonly value: JsonObject;
  /** The absolute paths of its local resources and bases: files and folders. */
  readonly resources: readonly string[];
  /** The absolute paths of its local components. */
  readonly components: readonly string[];
  /** True where some of it lies on another machine. */
  readonly hasRemote: boolean;
  readonly isComponent: boolean;
  readonly prefix: string;
  readonly suffix: string;
}

/** undefined for a document that is no kustomization, such as the one of Flux, which has another API group. */
export function kustomizationOf(document: SourceDocument): Kustomization | undefined {
  const { file, value } = document;
  if (!isObject(value)) return undefined;
  const apiVersion = own(value, 'apiVersion') ?? 'kustomize.config.k8s.io/';
  if (!`${apiVersion}`.startsWith('kustomize.config.k8s.io/')) return undefined;
  const folder = resolve(dirname(file));
  const paths = ['resources', 'bases'].flatMap((key) => stringsIn(value, key));
  const components = stringsIn(value, 'components');
  const local = (list: readonly string[]) =>
    list.filter((path) => !isRemote(path)).map((path) => resolve(folder, path));
  return {
    file,
    folder,
    document,
    value,
    resources: local(paths),
    components: local(components),
    hasRemote: [...paths, ...components].some(isRemote),
    isComponent: value.kind === 'Component',
    prefix: textIn(value, 'namePrefix'),
    suffix: textIn(value, 'nameSuffix'),
  };
}

export function stringsIn(value: JsonObject, key: string): readonly string[] {
  const list = own(value, key);
  return Array.isArray(list) ? (list as readonly Json[]).filter((item) => typeof item === 'string') : [];
}

function textIn(value: JsonObject, key: string): string {
  const text = own(value, key);
  return typeof text === 'string' ? text : '';
}

/** As kustomize tells them from paths, roughly: a URL, or the path of a repository. */
function isRemote(path: string): boolean {
  return path.includes('://') || path.includes('?ref=') || /^(?:git@|git::|github\.com[/:]|gitlab\.com[/:])/.test(path);
}

const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** The kustomization of a folder on disk. */
export function kustomizationIn(folder: string): Kustomization | undefined {
  const file = names.map((name) => join(folder, name)).find((path) => existsSync(path));
  const [document] = file === undefined ? [] : documentsAt(file);
  return document && kustomizationOf(document);
}

/** The documents of a file that a kustomization names; none where it cannot be read, which kustomize will say. */
export function documentsAt(file: string): readonly SourceDocument[] {
  try {
    return statSync(file).isFile() ? readDocuments(file, decode(readFileSync(file))).documents : [];
  } catch {
    return [];
  }
}
