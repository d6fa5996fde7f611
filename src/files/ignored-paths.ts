// Paths that are not read, by patterns as in a .gitignore.

import { relative, resolve, sep } from 'node:path';
import ignore from 'ignore';

/** True for a path, as the operator would name it, that is not read; with a folder goes everything below it. */
export type IsIgnored = (path: string, isFolder: boolean) => boolean;

/** `folder`: the one that the patterns are in. What is outside of it is never ignored. */
export function ignoredPaths(patterns: readonly string[], folder: string): IsIgnored {
  // On every machine the same: git itself asks the file system.
  const rules = ignore({ ignorecase: false }).add(patterns.map((pattern) => ({ pattern })));
  return (path, isFolder) => {
    const way = relative(folder, resolve(path)).split(sep).join('/');
    return ignore.isPathValid(way) && rules.ignores(isFolder ? `${way}/` : way);
  };
}
