// The YAML library, loaded when the first text needs it: most are read without it, and it takes a quarter of the start.

import { createRequire } from 'node:module';
import type * as Library from 'yaml';

let loaded: typeof Library | undefined;

export function yamlLibrary(): typeof Library {
  loaded ??= createRequire(import.meta.url)('yaml') as typeof Library;
  return loaded;
}
