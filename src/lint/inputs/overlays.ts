// The kustomizations among the inputs.

import { relative, resolve } from 'node:path';
import { isKustomization } from '../../files/list.ts';
import { kustomizationOf } from '../../kustomize/kustomization.ts';
import { type Overlays, overlaysOf } from '../../kustomize/overlays.ts';
import type { SourceDocument } from '../../yaml/documents.ts';
import { kustomizeNotices } from './notices.ts';
import type { InputFile } from './read-files.ts';

export interface InputOverlays extends Overlays {
  /** False for what a patch file holds. */
  readonly isObject: (document: SourceDocument) => boolean;
  readonly notices: readonly string[];
}

export function readOverlays(files: readonly InputFile[]): InputOverlays {
  const named = files.filter(({ file }) => isKustomization(file));
  const names = new Map(files.map(({ file }) => [resolve(file), file]));
  return overlaysAmong(named, names);
}

/** `names`: by absolute path, what the operator calls the files. */
export function overlaysAmong(files: readonly InputFile[], names: ReadonlyMap<string, string>): InputOverlays {
  const kustomizations = files.flatMap(({ documents: [document] }) => {
    const one = document && kustomizationOf(document);
    return one === undefined ? [] : [one];
  });
  const overlays = overlaysOf(kustomizations, (file) => names.get(file) ?? relative('', file));
  return {
    ...overlays,
    isObject: ({ file }) => overlays.patchFiles.size === 0 || !overlays.patchFiles.has(resolve(file)),
    notices: kustomizeNotices(kustomizations.map(({ file }) => file)),
  };
}
