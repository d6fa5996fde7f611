// The configuration of a command: the file that is found or named, and what it sets where no flag does.

import { findConfiguration } from '../lint/configuration/find.ts';
import { byDay } from '../lint/configuration/ignore-entries.ts';
import { readConfiguration } from '../lint/configuration/read.ts';
import { type InputOptions, problemLine } from '../lint/inputs.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ConfigurationFlags {
  /** A file, or false for none; absent: the one that is found. */
  readonly config?: string | false;
}

/** By option, the field that sets it. */
const fieldsByOption = {
  policy: 'policies',
  namespace: 'namespace',
  failOn: 'failOn',
  output: 'outputs',
  baseline: 'baseline',
} as const;

export interface Configuring {
  /** The options on the command line. */
  readonly given: ReadonlySet<string>;
  /** The options that the configuration may set. */
  readonly takes: readonly (keyof typeof fieldsByOption)[];
  readonly terminal: Terminal;
}

export type Configured<Flags> = Flags & ConfigurationFlags & Pick<InputOptions, 'isIgnored' | 'ignores'>;

/** Undefined where the file has mistakes, which are reported. */
export function configured<Flags extends object>(
  flags: Flags & ConfigurationFlags,
  { given, takes, terminal }: Configuring,
): Configured<Flags> | undefined {
  const path = flags.config === false ? undefined : (flags.config ?? findConfiguration(process.cwd()));
  if (path === undefined) return flags;
  const read = readConfiguration(path);
  if ('problems' in read) {
    for (const problem of read.problems) terminal.err(`${problemLine(problem)}\n`);
    return undefined;
  }
  const { configuration } = read;
  const set = takes.flatMap((option) => {
    const value = configuration[fieldsByOption[option]];
    return given.has(option) || value === undefined ? [] : [[option, value] as const];
  });
  const { isIgnored, ignores } = configuration;
  return {
    ...flags,
    config: path,
    ...Object.fromEntries(set),
    ...(isIgnored !== undefined && { isIgnored }),
    ...(ignores.length > 0 && { ignores: byDay(ignores, new Date().toISOString().slice(0, 10)) }),
  };
}
