// A command line that ends in another one, after `--`. Commander would mix the two up where no flag comes before it.

import { verbOf } from './global-options.ts';

export interface SplitCommand {
  readonly own: readonly string[];
  /** Absent when there is no `--`. */
  readonly command?: readonly string[];
}

/** `hitless verify`, whose command may have any flags, those of hitless included. */
export function splitCommand(args: readonly string[]): SplitCommand {
  const at = args.indexOf('--');
  if (at === -1 || verbOf(args.slice(0, at)) !== 'verify') return { own: args };
  return { own: args.slice(0, at), command: args.slice(at + 1) };
}

/** What may be shown of a command: up to its first flag or assignment, because what follows may be secret. */
export function shownCommand(words: readonly string[]): string {
  const end = words.findIndex((word) => word.startsWith('-') || word.includes('='));
  const shown = (end === -1 ? words : words.slice(0, end)).map((word) => word.replace(/\/\/[^/@]*@/, '//'));
  return [...shown, ...(end === -1 ? [] : ['...'])].join(' ');
}
