// Flags that every command takes, before its name or after it.

import { type Command, Option } from 'commander';
import { type ColourChoice, colourChoices } from '../terminal/colour.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Flags whose value may be the next word. */
const withValue: readonly string[] = ['--color'];

/** Returns the terminal as the flags make it while the command line is read. */
export function addGlobalOptions(program: Command, terminal: Terminal): Terminal {
  const adjusted: { -readonly [Key in keyof Terminal]: Terminal[Key] } = { ...terminal };
  program
    .addOption(
      new Option(
        '--color <when>',
        'colour the output; auto: on a terminal, or as NO_COLOR, FORCE_COLOR or CLICOLOR say',
      )
        .choices(colourChoices)
        .default('auto'),
    )
    .option('-q, --quiet', 'only results and what went wrong: no notices, no progress, no closing lines')
    .on('option:color', (when: ColourChoice) => {
      if (when !== 'auto') adjusted.colour = { out: when === 'always', err: when === 'always' };
    })
    .on('option:quiet', () => {
      adjusted.quiet = true;
    });
  return adjusted;
}

/** The name of the command in a command line; undefined if there is none. */
export function verbOf(args: readonly string[]): string | undefined {
  return args.find((word, at) => !word.startsWith('-') && !withValue.includes(args[at - 1] ?? ''));
}
