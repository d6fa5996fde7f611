// The version of Node.js comes first. What is imported before that, and this file itself, an old Node.js must be able to read: there
// are no imports of packages or of Node.js here, and no await outside of a function.

import type { ProgramName } from './names.ts';

const neededNode = 24;

/** `before`: words in front of those of the command line. */
export function start(program: ProgramName, before: readonly string[] = []): void {
  if (Number.parseInt(process.versions.node, 10) >= neededNode) {
    import('./main.ts').then(({ main }) => main(program, before));
    return;
  }
  process.stderr.write(`hitless needs Node.js ${neededNode} or newer, and this is ${process.versions.node}.\n`);
  process.exitCode = 2;
}
