// The patches of a kustomization: those in it, and those in files that it names.

import { resolve } from 'node:path';
import { isObject, type Json, type JsonObject, objectAt, objectsAt, own } from '../workload/json.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import { documentsAt, type Kustomization, stringsIn } from './kustomization.ts';
import { ownTargetOf, type PatchTarget, targetOf } from './target.ts';
import { touchedByFieldPath, touchedByMerge, touchedByOperations } from './touched-fields.ts';

export interface OverlayPatch {
  readonly target: PatchTarget;
  /** The paths of the fields that it sets in an object. */
  readonly touched: (object: JsonObject) => readonly string[];
  /** Where it sets the field: `overlays/prod/patch.yaml:7`. */
  readonly place: (path: string) => string;
}

export interface Patches {
  readonly patches: readonly OverlayPatch[];
  /** The absolute paths of the files with them: these hold no objects. */
  readonly files: readonly string[];
}

/** `shown`: the name of a file for people, from its absolute path. */
export function patchesOf(kustomization: Kustomization, shown: (file: string) => string): Patches {
  const { value } = kustomization;
  const patches: OverlayPatch[] = [];
  const files: string[] = [];
  const read = (text: Json | undefined, isPath: boolean, where: string) => {
    if (typeof text !== 'string') return [];
    if (!isPath) return readDocuments(where, text).documents.map((document) => ({ document, place: () => where }));
    const file = resolve(kustomization.folder, text);
    files.push(file);
    return documentsAt(file).map((document) => {
      return { document, place: (path: string) => `${shown(file)}:${document.position(path).line}` };
    });
  };
  for (const key of ['patches', 'patchesJson6902'] as const)
    for (const [i, entry] of objectsAt(value, key).entries()) {
      const target = isObject(entry.target) ? targetOf(entry.target) : undefined;
      const where = placeIn(kustomization, [key, i]);
      const found = [...read(entry.patch, false, where), ...read(entry.path, true, where)];
      patches.push(...found.flatMap((one) => patchOf(one, target)));
    }
  for (const [i, text] of stringsIn(value, 'patchesStrategicMerge').entries()) {
    const where = placeIn(kustomization, ['patchesStrategicMerge', i]);
    patches.push(...read(text, !text.includes('\n'), where).flatMap((one) => patchOf(one, undefined)));
  }
  return { patches: [...patches, ...replicasOf(kustomization), ...replacementsOf(kustomization)], files };
}

function placeIn({ file, document }: Kustomization, keys: readonly (string | number)[]): string {
  return `${file}:${document.positionOf(keys).line}`;
}

interface Written {
  readonly document: SourceDocument;
  readonly place: OverlayPatch['place'];
}

function patchOf({ document: { value }, place }: Written, target: PatchTarget | undefined): readonly OverlayPatch[] {
  if (Array.isArray(value)) {
    const touched = (object: JsonObject) => touchedByOperations(value as readonly Json[], object);
    return target === undefined ? [] : [{ target, touched, place }];
  }
  // An object that a patch deletes is not there to be changed.
  if (!isObject(value) || own(value, '$patch') === 'delete') return [];
  const touched = touchedByMerge(value);
  return [{ target: target ?? ownTargetOf(value), touched: () => touched, place }];
}

function replicasOf(kustomization: Kustomization): readonly OverlayPatch[] {
  return objectsAt(kustomization.value, 'replicas').map((entry, i) => ({
    target: targetOf({ name: entry.name }),
    touched: () => ['spec.replicas'],
    place: () => placeIn(kustomization, ['replicas', i]),
  }));
}

function replacementsOf(kustomization: Kustomization): readonly OverlayPatch[] {
  return objectsAt(kustomization.value, 'replacements').flatMap((replacement, i) =>
    objectsAt(replacement, 'targets').map((one) => ({
      target: targetOf(objectAt(one, 'select')),
      touched: (object: JsonObject) => stringsIn(one, 'fieldPaths').map((path) => touchedByFieldPath(path, object)),
      place: () => placeIn(kustomization, ['replacements', i]),
    })),
  );
}
