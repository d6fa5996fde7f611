// The commands, options and arguments as data, read from what commander parses with: completion and man pages are made of it.

import type { EventEmitter } from 'node:events';
import type { Argument, Command, Help, Option } from 'commander';

/** What a value may be, where only some words are allowed. */
export interface KnownWords {
  /** Empty: anything. */
  readonly words: readonly string[];
  /** True for several of them, separated by commas. */
  readonly isList: boolean;
  /** True where a file can follow: `sarif=FILE`. */
  readonly isWithFile?: boolean;
}

export interface TableOption extends KnownWords {
  /** As help shows it: `-o, --output <format>`. */
  readonly flags: string;
  readonly long: string;
  readonly short?: string;
  /** The name of its value; absent for a flag without one. */
  readonly value?: string;
  readonly description: string;
  /** With the allowed words and the default. */
  readonly details: string;
}

export interface TableArgument extends KnownWords {
  readonly name: string;
  readonly isVariadic: boolean;
  readonly description: string;
}

export interface TableCommand {
  readonly name: string;
  /** What follows the name of the program in the usage line. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly TableOption[];
  /** Of the program, which every command takes. */
  readonly globalOptions: readonly TableOption[];
  readonly arguments: readonly TableArgument[];
  readonly commands: readonly TableCommand[];
  /** The text below the options in its help. */
  readonly notes: string;
}

/** Without what is hidden. */
export function commandTable(program: Command): TableCommand {
  return tableCommand(program, []);
}

/** `siblings`: the names of the commands beside it. */
function tableCommand(command: Command, siblings: readonly string[]): TableCommand {
  const help = command.createHelp();
  const readOption = (option: Option) => tableOption(option, help);
  const commands = help.visibleCommands(command);
  return {
    name: command.name(),
    usage: command.usage(),
    description: command.description(),
    options: help.visibleOptions(command).map(readOption),
    globalOptions: help.visibleGlobalOptions(command).map(readOption),
    arguments: command.registeredArguments.map((argument) => tableArgument(argument, siblings)),
    commands: commands.map((one) =>
      tableCommand(
        one,
        commands.map((beside) => beside.name()),
      ),
    ),
    notes: notesOf(command),
  };
}

function tableOption(option: Option, help: Help): TableOption {
  const { flags, long, short, description, parseArg, argChoices } = option;
  const value = /[<[]([^<>[\]]+)[\]>]$/.exec(flags)?.[1]?.replace('...', '');
  return {
    flags,
    long: long ?? flags,
    ...(short !== undefined && { short }),
    ...(value !== undefined && { value }),
    description,
    details: help.optionDescription(option),
    ...(argChoices === undefined ? wordsOf(parseArg) : { words: argChoices, isList: false }),
  };
}

function tableArgument(argument: Argument, siblings: readonly string[]): TableArgument {
  const { variadic, description, argChoices = [] } = argument;
  const name = argument.name();
  // Of `help`, which commander makes itself.
  return { name, isVariadic: variadic, description, words: name === 'command' ? siblings : argChoices, isList: false };
}

/** Parsers of options.ts carry the words that they know. */
function wordsOf(parser: unknown): KnownWords {
  const { words = [], isList = false, isWithFile = false } = (parser ?? {}) as Partial<KnownWords>;
  return { words, isList, isWithFile };
}

/** Commander hands out the texts of addHelpText only to help, by an event; its types do not say that it is an emitter. */
function notesOf(command: Command): string {
  let text = '';
  const write = (piece: string) => {
    text += piece;
  };
  (command as unknown as EventEmitter).emit('afterHelp', { error: false, command, write });
  return text.trim();
}
