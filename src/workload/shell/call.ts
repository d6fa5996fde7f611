// How a shell is called: which word is its script.

import { basename, programs } from './programs.ts';

export interface ShellCall {
  /** `bash`, `sh`; of BusyBox or Toybox `ash`. */
  readonly shell: string;
  /** The script of `-c`; undefined where the word is missing, and without `-c`. */
  readonly script: string | undefined;
  /** True for `-c`, also among other flags. */
  readonly command: boolean;
  readonly errexit: boolean;
  /** The words behind the script, or, without `-c`, the file and its arguments. */
  readonly rest: readonly string[];
}

/** Undefined where `words` call no shell, or one with options that are not known. */
export function shellCall(words: readonly string[]): ShellCall | undefined {
  const [program = '', ...operands] = words;
  const name = basename(program);
  if (name === 'busybox' || name === 'toybox') {
    const [applet = ''] = operands;
    return programs.shells.has(applet) ? callOf('ash', operands.slice(1)) : undefined;
  }
  return programs.shells.has(name) ? callOf(name, operands) : undefined;
}

const longOptions: readonly string[] = ['--login', '--norc', '--noprofile', '--posix', '--verbose'];

function callOf(shell: string, operands: readonly string[]): ShellCall | undefined {
  let [command, errexit] = [false, false];
  let at = 0;
  for (; at < operands.length; at += 1) {
    const word = operands[at] ?? '';
    if (word === '--' || word === '-') {
      at += 1;
      break;
    }
    if (longOptions.includes(word)) continue;
    if (word.startsWith('--')) return undefined;
    if (!/^[-+]\w+$/.test(word)) break;
    const enables = word.startsWith('-');
    if (enables && word.includes('c')) command = true;
    if (enables && word.includes('e')) errexit = true;
    // The name of an option, such as pipefail, is a word of its own.
    if (/[oO]$/.test(word)) {
      at += 1;
      if (enables && operands[at] === 'errexit') errexit = true;
    }
  }
  const rest = operands.slice(at);
  return command
    ? { shell, script: rest[0], command, errexit, rest: rest.slice(1) }
    : { shell, script: undefined, command, errexit, rest };
}
