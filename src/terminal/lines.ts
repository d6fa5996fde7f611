// Sentences on the error stream, wrapped to the width of the terminal.

import { wrap } from './style.ts';
import type { Terminal } from './terminal.ts';

/** What went wrong, or what the exit code is about. */
export function errorLine({ err, errWidth }: Pick<Terminal, 'err' | 'errWidth'>, text: string): void {
  err(`${wrap(text, 2, errWidth)}\n`);
}

/** What changes neither the result nor the exit code: --quiet omits it. */
export function noticeLine(terminal: Terminal, text: string): void {
  if (!terminal.quiet) errorLine(terminal, text);
}
