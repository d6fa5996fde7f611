// What could stand at the end of a command line: commands, options, values, or names of files.

import { truncate } from '../../text/truncate.ts';
import type { KnownWords, TableCommand } from '../command-table.ts';
import { nextArgument, optionsOf, type ReadWords, readWords } from './read-words.ts';
import { type Names, type NamesFrom, sourceOf, type ValueSource } from './value-source.ts';

export interface Candidate {
  /** The whole word. */
  readonly text: string;
  readonly description?: string;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** What the shell completes as well. */
  readonly paths: 'none' | 'files' | 'folders';
  /** True where the word goes on: no blank behind it. */
  readonly isOpen: boolean;
}

/** `words`: without the name of the program; the last one is the one to complete. `names`: of things that only a kubeconfig or a cluster knows. */
export async function complete(program: TableCommand, words: readonly string[], names: NamesFrom): Promise<Completion> {
  const word = words.at(-1) ?? '';
  const read = readWords(program, words.slice(0, -1));
  const { candidates, ...rest } = await possible(word, read, names);
  return { candidates: candidates.filter(({ text }) => text.startsWith(word)), ...rest };
}

async function possible(word: string, read: ReadWords, names: NamesFrom): Promise<Completion> {
  const { command, open, isBehindDashes } = read;
  if (open !== undefined) return possibleValues({ ...open, start: '', word }, { read, names, source: sourceOf(open) });
  // A file, or a command of the user's own.
  if (isBehindDashes) return { ...plain([]), paths: 'files' };
  const [start, long] = /^(--[^=]+)=/.exec(word) ?? [];
  const option = optionsOf(command).find((one) => one.long === long);
  if (start !== undefined && option?.value !== undefined)
    return possibleValues({ ...option, start, word }, { read, names, source: sourceOf(option) });
  if (word.startsWith('-')) return plain(optionNames(command));
  if (command.commands.length > 0 && read.arguments.length === 0) return plain(command.commands.map(candidate));
  const argument = nextArgument(read);
  if (argument === undefined) return plain([]);
  return possibleValues({ ...argument, start: '', word }, { read, names, source: sourceOf(argument) });
}

function plain(candidates: readonly Candidate[]): Completion {
  return { candidates, paths: 'none', isOpen: false };
}

function optionNames(command: TableCommand): readonly Candidate[] {
  return optionsOf(command).flatMap(({ long, short, description }) => [
    candidate({ name: long, description }),
    ...(short === undefined ? [] : [candidate({ name: short, description })]),
  ]);
}

const mostOfDescription = 72;

/** The first clause says enough. */
function candidate({ name, description }: { readonly name: string; readonly description: string }): Candidate {
  const [clause = ''] = description.split(/[;:] |\. /);
  return { text: name, description: truncate(clause, mostOfDescription) };
}

interface Value extends KnownWords {
  /** What stands before the value in the same word: `--output=`. */
  readonly start: string;
  readonly word: string;
}

interface Circumstances {
  readonly read: ReadWords;
  readonly names: NamesFrom;
  readonly source: ValueSource;
}

async function possibleValues(value: Value, { read, names, source }: Circumstances): Promise<Completion> {
  const { start, word, words, isWithFile } = value;
  if (isWithFile && word.slice(start.length).includes('=')) return { ...plain([]), paths: 'files' };
  if (words.length > 0) return knownValues(value);
  if (source === 'file') return { ...plain([]), paths: 'files' };
  if (source === 'folder') return { ...plain([]), paths: 'folders' };
  const { found, isOpen = false, andFiles = false }: Names = await names(source, word.slice(start.length), read);
  return { candidates: found.map((one) => ({ text: `${start}${one}` })), isOpen, paths: andFiles ? 'files' : 'none' };
}

/** Of a list: the words that are not in it yet, behind those that are. */
function knownValues({ start, word, words, isList }: Value): Completion {
  const before = isList ? word.slice(start.length).split(',').slice(0, -1) : [];
  const left = words.filter((one) => !before.includes(one));
  const candidates = left.map((one) => ({ text: `${start}${[...before, one].join(',')}` }));
  return { candidates, paths: 'none', isOpen: isList };
}
