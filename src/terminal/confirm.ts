// What somebody at the terminal must agree to before it is done.

import type { Io } from './terminal.ts';

export interface Question {
  /** `hitless withdraw`. */
  readonly command: string;
  /** The flag that leads to it. */
  readonly flag: string;
  /** What will happen: a sentence without its end. */
  readonly what: string;
}

/** False when the person says no, or nobody is there to be asked: both are told. */
export async function confirm({ command, flag, what }: Question, io: Io): Promise<boolean> {
  if (io.ask === undefined) {
    io.err(`${command}: ${what}. There is no terminal to ask: say --yes if you want that. Nothing was changed.\n`);
    return false;
  }
  const answer = await io.ask(`${command} ${flag}: ${what}. Go on? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  io.err(`${command}: nothing was changed.\n`);
  return false;
}
