// The version of this package.

import { readFileSync } from 'node:fs';

// One folder up from here, in the sources as in the compiled package.
const { version: own } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export const version = own;
