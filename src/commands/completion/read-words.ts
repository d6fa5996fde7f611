// What the words of a command line say, up to the one that is being written.

import type { TableArgument, TableCommand, TableOption } from '../command-table.ts';

export interface ReadWords {
  readonly command: TableCommand;
  /** Options with a value, by their long name: the last value of each. */
  readonly given: ReadonlyMap<string, string>;
  readonly arguments: readonly string[];
  /** The option whose value the next word is. */
  readonly open?: TableOption;
  /** True behind `--`, where no option stands. */
  readonly isBehindDashes: boolean;
}

interface Reading {
  command: TableCommand;
  readonly given: Map<string, string>;
  readonly arguments: string[];
  open: TableOption | undefined;
  isBehindDashes: boolean;
}

/** `words`: without the name of the program. */
export function readWords(program: TableCommand, words: readonly string[]): ReadWords {
  const reading: Reading = {
    command: program,
    given: new Map(),
    arguments: [],
    open: undefined,
    isBehindDashes: false,
  };
  for (const word of words) readWord(word, reading);
  const { open, ...read } = reading;
  return { ...read, ...(open !== undefined && { open }) };
}

function readWord(word: string, reading: Reading): void {
  const { open, given } = reading;
  if (open !== undefined) {
    given.set(open.long, word);
    reading.open = undefined;
  } else if (reading.isBehindDashes) reading.arguments.push(word);
  else if (word === '--') reading.isBehindDashes = true;
  else if (word.startsWith('--')) readLong(word, reading);
  else if (/^-./.test(word)) readShort(word, reading);
  else readPlain(word, reading);
}

/** `--output`, or `--output=json`. */
function readLong(word: string, reading: Reading): void {
  const [, name = word, value] = /^(--[^=]*)=(.*)$/s.exec(word) ?? [];
  const option = optionsOf(reading.command).find(({ long }) => long === name);
  if (option?.value === undefined) return;
  if (value === undefined) reading.open = option;
  else reading.given.set(option.long, value);
}

/** `-n`, `-nshop`, or several flags such as `-qA`. */
function readShort(word: string, reading: Reading): void {
  const option = optionsOf(reading.command).find(({ short }) => short === word.slice(0, 2));
  const rest = word.slice(2);
  if (option?.value === undefined) {
    if (rest !== '') readShort(`-${rest}`, reading);
  } else if (rest === '') reading.open = option;
  else reading.given.set(option.long, rest);
}

function readPlain(word: string, reading: Reading): void {
  const command = reading.command.commands.find(({ name }) => name === word);
  if (command === undefined) reading.arguments.push(word);
  else reading.command = command;
}

export function optionsOf({ options, globalOptions }: TableCommand): readonly TableOption[] {
  return [...options, ...globalOptions];
}

/** The argument of the command that the next word would be; the last one if that one may be many. */
export function nextArgument({ command, arguments: words }: ReadWords): TableArgument | undefined {
  const last = command.arguments.at(-1);
  return command.arguments[words.length] ?? (last?.isVariadic ? last : undefined);
}
