// The answer to a completion script, as programs made with cobra give it, which kubectl reads too: a line for each candidate, with a tab
// before its description, and a last line with a colon and the sum of the directives below.

import type { TableCommand } from '../command-table.ts';
import { type Completion, complete } from './complete.ts';
import { namesFrom } from './names.ts';

const noSpace = 2;
const noFiles = 4;
const onlyFolders = 16;

const pathDirectives: Readonly<Record<Completion['paths'], number>> = {
  none: noFiles,
  files: 0,
  folders: onlyFolders,
};

export async function completionAnswer(program: TableCommand, words: readonly string[]): Promise<string> {
  const { candidates, paths, isOpen } = await complete(program, words, namesFrom);
  const lines = candidates
    .filter(({ text }) => isPlain(text))
    .map(({ text, description }) => (description === undefined ? text : `${text}\t${description}`));
  return [...lines, `:${pathDirectives[paths] + (isOpen ? noSpace : 0)}`, ''].join('\n');
}

/** Names from a kubeconfig can be anything; what a shell would have to quote is left out. */
function isPlain(text: string): boolean {
  return /^[\w@%+=:,./-]+$/.test(text);
}
