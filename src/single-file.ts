// The single-file program (packaging/sea): what otherwise are files beside the code is inside of it.

import { getAsset, isSea } from 'node:sea';

/** What packaging/sea/build.ts puts in. */
export type EmbeddedName = 'package.json' | 'build.json' | 'worker.cjs';

/** Undefined where this is not the single-file program. */
export function embedded(name: EmbeddedName): string | undefined {
  return isSea() ? getAsset(name, 'utf8') : undefined;
}

/** The program that runs, and its first arguments. `script`: of a Node.js that runs from files. */
export function ownCommand(script: string): readonly string[] {
  return isSea() ? [process.execPath] : [process.execPath, script];
}
