// Which of the files that are read are judged: those of a set of names. All others are what stands around them.

import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** True for a file, by any of its names, that is to be judged. */
export type IsTouched = (file: string) => boolean;

export type TouchedFiles =
  | { readonly kind: 'known'; readonly isTouched: IsTouched }
  | { readonly kind: 'failed'; readonly why: string };

/** The files and folders that somebody names. */
export function namedFiles(names: readonly string[]): TouchedFiles {
  const missing = names.find((name) => namesOf(name).length === 0);
  if (missing !== undefined) return { kind: 'failed', why: `no such file or folder: ${missing}` };
  return { kind: 'known', isTouched: touchedBy(new Set(names.flatMap(namesOf))) };
}

/** `paths`: files and folders, by their real paths; everything in a folder counts. */
export function touchedBy(paths: ReadonlySet<string>): IsTouched {
  return (file) => namesOf(file).some((name) => isWithin(name, paths));
}

/** The real path, and that of a link itself. */
function namesOf(file: string): readonly string[] {
  try {
    return [realpathSync.native(file), join(realpathSync.native(dirname(file)), basename(file))];
  } catch {
    return [];
  }
}

function isWithin(name: string, paths: ReadonlySet<string>): boolean {
  for (let path = name; ; path = dirname(path)) {
    if (paths.has(path) || paths.has(`${path}/`)) return true;
    if (path === dirname(path)) return false;
  }
}
