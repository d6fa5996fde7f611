// Confirmation at the terminal before something is done.

import type { Terminal } from './terminal.ts';

export interface Question {
  /** `hitless withdraw`. */
  readonly command: string;
  /** The flag that leads to it. */
  readonly flag: string;
  /** What will happen: a sentence without its full stop. */
  readonly what: string;
}

/** False when the answer is no or there is no terminal; both are reported. */
export async function confirm({ command, flag, what }: Question, terminal: Terminal): Promise<boolean> {
  if (terminal.ask === undefined) {
    terminal.err(
      `${command}: ${what}. There is no terminal to ask for confirmation: use --yes to confirm. Nothing was changed.\n`,
    );
    return false;
  }
  const answer = await terminal.ask(`${command} ${flag}: ${what}. Continue? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  terminal.err(`${command}: nothing was changed.\n`);
  return false;
}
