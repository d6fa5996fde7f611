// Where the configuration is: in the working folder or, within a repository, in a folder above it.

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stores } from '../../files/list.ts';
import { isThere } from '../../files/there.ts';

export const configurationName = '.hitless.yaml';

/**
 * The absolute path of the nearest one, up to the root of the repository; outside of a repository only the folder itself counts. What
 * is above belongs to others, and says what counts and which files are written.
 */
export function findConfiguration(from: string): string | undefined {
  for (const folder of foldersUp(resolve(from)))
    for (const name of [configurationName, ...otherNames]) if (isThere(join(folder, name))) return join(folder, name);
  return undefined;
}

// They are found so that somebody hears of the wrong name.
const otherNames = ['.hitless.yml', '.hitless.json'];

function foldersUp(start: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    folders.push(folder);
    if (stores.some((name) => existsSync(join(folder, name)))) return folders;
    if (folder === dirname(folder)) return [start];
  }
}
