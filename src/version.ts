// The version of this package, and what its builder wrote down.

import { readFileSync } from 'node:fs';
import { embedded } from './single-file.ts';

/** What image/build-facts.ts writes into an image, and packaging/sea/build.ts into the single-file program. */
export interface BuildFacts {
  readonly kind: 'image' | 'single file';
  /** Of the sources, as its builder named it. */
  readonly revision?: string;
  /** The image that it runs on. */
  readonly base?: string;
}

export const { version } = JSON.parse(readFromRoot('package.json')) as { readonly version: string };

/** undefined: run from its sources, or from a package. */
export function readBuildFacts(): BuildFacts | undefined {
  try {
    return JSON.parse(readFromRoot('build.json')) as BuildFacts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** One folder up from here, in the sources as in the compiled package. */
function readFromRoot(name: 'package.json' | 'build.json'): string {
  return embedded(name) ?? readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
}
