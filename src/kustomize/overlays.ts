// What the kustomizations among the inputs do to an object in one of its files: the fields that their patches set.

import { resolve } from 'node:path';
import { isObject, type JsonObject, own } from '../workload/json.ts';
import type { SourceDocument } from '../yaml/documents.ts';
import type { Kustomization } from './kustomization.ts';
import { type OverlayPatch, patchesOf } from './patches.ts';
import { isFor } from './target.ts';
import { type Affix, type KustomizationTree, kustomizationTree } from './tree.ts';

/** A field that an overlay sets. */
export interface OverlaidField {
  readonly path: string;
  /** `overlays/prod/patch.yaml:7`. */
  readonly place: string;
}

export interface Overlays {
  readonly kustomizations: readonly Kustomization[];
  /** Those that no other one among them builds on. */
  readonly roots: readonly Kustomization[];
  /** The absolute paths of the files that hold patches, not objects. */
  readonly patchFiles: ReadonlySet<string>;
  /** What patches set in an object of the inputs; one place for each field. */
  readonly fieldsOf: (document: SourceDocument) => readonly OverlaidField[];
  /** The absolute paths of the files that a kustomization builds on. */
  readonly filesOf: (kustomization: Kustomization) => readonly string[];
  /** True where it, or one that it builds on, names something on another machine. */
  readonly usesRemote: (kustomization: Kustomization) => boolean;
}

/** `shown`: the name of a file for people, from its absolute path. */
export function overlaysOf(kustomizations: readonly Kustomization[], shown: (file: string) => string): Overlays {
  const tree = kustomizationTree(kustomizations);
  const scopes = new Map<string, Scope[]>();
  const patchFiles = new Set<string>();
  for (const one of tree.all) {
    const { patches, files } = patchesOf(one, shown);
    for (const file of files) patchFiles.add(file);
    if (patches.length > 0) addScopes(tree, one, patches, scopes);
  }
  const used = new Set(kustomizations.flatMap(({ resources, components }) => [...resources, ...components]));
  return {
    kustomizations,
    roots: kustomizations.filter(({ folder, isComponent }) => !isComponent && !used.has(folder)),
    patchFiles,
    fieldsOf: (document) => fieldsOf(document, scopes.get(resolve(document.file)) ?? []),
    filesOf: (kustomization) => [...tree.reach(kustomization).keys()],
    usesRemote: tree.usesRemote,
  };
}

/** The patches of one kustomization for one file. */
interface Scope {
  readonly affixes: readonly Affix[];
  /** By the name of their target, where it is a plain one. */
  readonly byName: ReadonlyMap<string, readonly OverlayPatch[]>;
  readonly others: readonly OverlayPatch[];
}

function addScopes(
  tree: KustomizationTree,
  from: Kustomization,
  patches: readonly OverlayPatch[],
  scopes: Map<string, Scope[]>,
) {
  const isPlain = ({ target }: OverlayPatch) => /^[\w-]+$/.test(target.name);
  const byName = Map.groupBy(patches.filter(isPlain), ({ target }) => target.name);
  const others = patches.filter((patch) => !isPlain(patch));
  // A component patches what the kustomizations that use it have.
  for (const user of from.isComponent ? tree.usersOf(from) : [from])
    for (const [file, affixes] of tree.reach(user)) {
      const ofFile = scopes.get(file) ?? [];
      ofFile.push({ affixes, byName, others });
      scopes.set(file, ofFile);
    }
}

function fieldsOf({ value }: SourceDocument, scopes: readonly Scope[]): readonly OverlaidField[] {
  if (!isObject(value) || scopes.length === 0) return [];
  const fields = new Map<string, OverlaidField>();
  for (const scope of scopes)
    for (const { touched, place } of patchesFor(value, scope))
      for (const path of touched(value)) if (!fields.has(path)) fields.set(path, { path, place: place(path) });
  return [...fields.values()];
}

function patchesFor(object: JsonObject, { affixes, byName, others }: Scope): readonly OverlayPatch[] {
  const metadata = own(object, 'metadata');
  const name = `${(isObject(metadata) ? own(metadata, 'name') : undefined) ?? ''}`;
  const names = [...new Set(affixes.map(({ prefix, suffix }) => `${prefix}${name}${suffix}`))];
  const some = [...names.flatMap((one) => byName.get(one) ?? []), ...others];
  return some.filter(({ target }) => isFor(target, object, names));
}
