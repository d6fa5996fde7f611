// The files of a folder: its manifests and everything below it, without hidden ones and those of packages.

import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Problem } from '../yaml/documents.ts';
import type { IsIgnored } from './ignored-paths.ts';
import { reasonOf } from './reason.ts';

/** Where a file of a folder really is: both are strings that many files share. */
export interface RealPlace {
  /** The real path of its folder. */
  readonly folder: string;
  readonly name: string;
}

/** Called for each file; without a place where a link leads to it, or the operator named it. */
export type OnFile = (file: string, place?: RealPlace) => void;

export interface Listed {
  readonly problems: readonly Problem[];
  /** The hidden folders that hold YAML files. */
  readonly hidden: readonly string[];
}

interface Listing {
  readonly onFile: OnFile;
  readonly isIgnored: IsIgnored;
  readonly problems: Problem[];
  readonly hidden: string[];
  /** The real paths of the folders so far: links can form loops. */
  readonly visited: Set<string>;
}

/** `path` itself when it is a file, whatever its name; for a folder, the manifests in it that are not ignored, sorted. */
export function listFiles(path: string, onFile: OnFile, isIgnored: IsIgnored = () => false): Listed {
  const listing: Listing = { onFile, isIgnored, problems: [], hidden: [], visited: new Set() };
  list(path, listing);
  return listing;
}

/** The names that kustomize looks for in a folder. */
export function isKustomization(file: string): boolean {
  return /^(?:kustomization\.ya?ml|Kustomization)$/.test(basename(file));
}

function list(path: string, listing: Listing, knownReal?: string): void {
  try {
    if (knownReal === undefined && !statSync(path).isDirectory()) {
      listing.onFile(path);
      return;
    }
    const real = knownReal ?? realpathSync(path);
    if (listing.visited.has(real)) return;
    listing.visited.add(real);
    const entries = readdirSync(path, { withFileTypes: true });
    const shown = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
    for (const entry of shown.sort((a, b) => (a.name < b.name ? -1 : 1))) listEntry(path, { entry, real }, listing);
    listing.hidden.push(...hiddenIn(path, entries).filter((folder) => !listing.isIgnored(folder, true)));
  } catch (error) {
    listing.problems.push(path === '' ? nameless : { file: path, message: reasonOf(error) });
  }
}

/** Only a link, or what the file system does not tell apart, needs another look. */
function listEntry(
  folder: string,
  { entry, real }: { readonly entry: Dirent; readonly real: string },
  listing: Listing,
): void {
  const path = join(folder, entry.name);
  if (entry.isDirectory()) {
    if (!listing.isIgnored(path, true)) list(path, listing, join(real, entry.name));
  } else if (!entry.isFile()) listBelow(path, listing);
  else if (isManifest(path) && !listing.isIgnored(path, false))
    listing.onFile(path, { folder: real, name: entry.name });
}

/** By its name. */
export function isManifest(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path) || isKustomization(path);
}

const nameless: Problem = { file: '""', message: 'a file name must not be empty' };

/** Skips special files, which nothing named explicitly: reading a pipe in a folder would wait forever for its writer. */
function listBelow(path: string, listing: Listing): void {
  const kind = kindOf(path);
  const isFolder = kind?.isDirectory() === true;
  if ((!isManifest(path) && !isFolder) || listing.isIgnored(path, isFolder)) return;
  if (kind === undefined || kind.isFile() || isFolder) list(path, listing);
  else
    listing.problems.push({
      file: path,
      message: 'not read, because it is not a regular file: a pipe, a socket or a device',
    });
}

/** Also undefined for a broken link. */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Stores of version control hold nothing that anybody wrote. */
export const stores: readonly string[] = ['.git', '.hg', '.svn', '.jj'];

function hiddenIn(path: string, entries: readonly Dirent[]): readonly string[] {
  return entries
    .filter((entry) => entry.isDirectory() && entry.name.startsWith('.') && !stores.includes(entry.name))
    .map(({ name }) => join(path, name))
    .sort()
    .filter((folder) => holdsYaml(folder));
}

/** A hidden folder can be a cache with any number of files: a look at some of them is enough for a hint. */
const mostLooked = 2_000;

function holdsYaml(folder: string): boolean {
  const waiting = [folder];
  for (let looked = 0; looked < mostLooked && waiting.length > 0; ) {
    const next = waiting.pop() ?? '';
    for (const entry of entriesOf(next)) {
      looked += 1;
      if (entry.isFile() && /\.ya?ml$/i.test(entry.name)) return true;
      if (entry.isDirectory()) waiting.push(join(next, entry.name));
    }
  }
  return false;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
