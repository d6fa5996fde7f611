// Where the possible values of an option or an argument come from, by its name.

import type { TableArgument, TableOption } from '../command-table.ts';
import type { ReadWords } from './read-words.ts';

/** `target`: a file, or a workload as `deployment/web`. `workload`: such a one. `name`: one, or its name alone. */
export type ValueSource =
  | 'file'
  | 'folder'
  | 'context'
  | 'cluster'
  | 'user'
  | 'namespace'
  | 'target'
  | 'workload'
  | 'unknown';

export interface Names {
  readonly found: readonly string[];
  /** True where a found word is only the beginning, such as `deployment/`. */
  readonly isOpen?: boolean;
  /** True where names of files fit as well. */
  readonly andFiles?: boolean;
}

/** What fits a value that is half written; empty where nothing is known. */
export type NamesFrom = (source: ValueSource, value: string, read: ReadWords) => Promise<Names>;

const byOption: Readonly<Record<string, ValueSource>> = {
  '--context': 'context',
  '--contexts': 'context',
  '--cluster': 'cluster',
  '--user': 'user',
  '--namespace': 'namespace',
  '--release-namespace': 'namespace',
};

/** By the name of the value in the usage line. */
const byValue: Readonly<Record<string, ValueSource>> = {
  file: 'file',
  dir: 'folder',
  folder: 'folder',
  target: 'target',
  workload: 'workload',
  name: 'workload',
};

export function sourceOf(one: TableOption | TableArgument): ValueSource {
  if (!('long' in one)) return byValue[one.name] ?? 'unknown';
  const source = byOption[one.long] ?? byValue[one.value ?? ''] ?? 'unknown';
  // `--name web` of files, or `--service web`.
  return source === 'workload' ? 'unknown' : source;
}
