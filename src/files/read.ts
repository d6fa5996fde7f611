// Reads the input: files, folders with everything below them, and `-` for standard input.

import { realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Problem } from '../yaml/documents.ts';
import type { IsIgnored } from './ignored-paths.ts';
import { listFiles, type RealPlace } from './list.ts';
import { readSource, readWhole, type Source, type SourceText } from './read-source.ts';
import { reasonOf } from './reason.ts';
import { type SeenFiles, seenFiles } from './seen-files.ts';

export interface SourceTexts {
  readonly texts: readonly SourceText[];
  readonly problems: readonly Problem[];
  /** The hidden folders that hold YAML files: they are not read unless they are named. */
  readonly hidden: readonly string[];
  /** What was named, and is ignored. */
  readonly ignored: readonly string[];
}

export interface SourceList extends Pick<SourceTexts, 'hidden' | 'ignored'> {
  readonly sources: readonly Source[];
  /** What cannot be listed, each with the number of sources before it. */
  readonly problems: readonly { readonly before: number; readonly problem: Problem }[];
}

type ReadStdin = () => Promise<Uint8Array>;

/** Reads every input once, also when two of `paths` lead to it; what cannot be read is a problem. */
export async function readTexts(
  paths: readonly string[],
  stdin: ReadStdin,
  isIgnored?: IsIgnored,
): Promise<SourceTexts> {
  const { sources, problems: unlisted, hidden, ignored } = await listSources(paths, stdin, isIgnored);
  const texts: SourceText[] = [];
  const unread: { readonly at: number; readonly problem: Problem }[] = [];
  for (const [at, source] of sources.entries()) {
    const { text, problem } = readSource(source);
    if (text !== undefined) texts.push({ ...withoutBytes(source), text });
    if (problem !== undefined) unread.push({ at, problem });
  }
  return { texts, problems: inListedOrder(unlisted, unread), hidden, ignored };
}

function withoutBytes({ bytes: _, ...source }: Source): Omit<SourceText, 'text'> {
  return source;
}

/** What could not be listed comes before what of it could not be read. */
export function inListedOrder(
  unlisted: SourceList['problems'],
  unread: readonly { readonly at: number; readonly problem: Problem }[],
): readonly Problem[] {
  const all = [...unlisted.map(({ before, problem }) => ({ at: before - 0.5, problem })), ...unread];
  return all.toSorted((a, b) => a.at - b.at).map(({ problem }) => problem);
}

/** Every input once, in the order of `paths`, each folder sorted. */
export async function listSources(
  paths: readonly string[],
  stdin: ReadStdin,
  isIgnored: IsIgnored = () => false,
): Promise<SourceList> {
  const sources: Source[] = [];
  const problems: SourceList['problems'][number][] = [];
  const hidden = new Set<string>();
  const ignored: string[] = [];
  const seen = seenFiles();
  const roots = paths.flatMap(realFolder);
  for (const path of paths) {
    if (path === '-') {
      if (seen.isNew('-')) sources.push({ file: 'stdin', bytes: await stdin(), onDisk: false, named: true });
      continue;
    }
    if (isIgnored(path, isFolder(path))) {
      ignored.push(path);
      continue;
    }
    const before = sources.length;
    const listed = listFiles(
      path,
      (file, place) => {
        if (place !== undefined && seen.isNewIn(place)) sources.push(inFolder(file, place, roots));
        if (place === undefined) sources.push(...single(file, { named: file === path, roots, seen }));
      },
      isIgnored,
    );
    seen.endRoot();
    for (const problem of listed.problems) problems.push({ before, problem });
    for (const folder of listed.hidden) hidden.add(folder);
  }
  return { sources, problems, hidden: [...hidden], ignored };
}

/** The folder itself may be one that a link leads to. */
function inFolder(file: string, { folder, name }: RealPlace, roots: readonly string[]): Source {
  const isOutside = !roots.some((root) => folder.startsWith(root) || `${folder}${sep}` === root);
  return { file, onDisk: true, named: false, ...(isOutside && { outside: join(folder, name) }) };
}

interface Single {
  readonly named: boolean;
  /** The real paths of the folders that the operator named. */
  readonly roots: readonly string[];
  readonly seen: SeenFiles;
}

/** A file that was named, or that a link leads to; none where it was listed before. */
function single(file: string, { named, roots, seen }: Single): readonly Source[] {
  const real = realOf(file);
  if (!seen.isNew(real)) return [];
  const outside = !named && !roots.some((root) => real.startsWith(root));
  return [{ file, onDisk: true, named, ...(outside && { outside: real }), ...(named && fromPipe(file)) }];
}

/** What a shell writes as `<(helm template .)`: only what is named can be one. */
function fromPipe(file: string): Pick<Source, 'bytes'> {
  try {
    return statSync(file).isFile() ? {} : { bytes: Uint8Array.from(readWhole(file).bytes) };
  } catch {
    return {};
  }
}

/** Of what is gone by now, reading will say so. */
function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** The real path of a folder, with a slash at its end; none for anything else. */
function realFolder(path: string): readonly string[] {
  return isFolder(path) ? [join(realOf(path), sep)] : [];
}

/** False for what is not there. */
function isFolder(path: string): boolean {
  return notFolder(path) === undefined;
}

/** Why `path`, through symbolic links, is not a readable folder. */
export function notFolder(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'it is not a folder';
  } catch (error) {
    return reasonOf(error);
  }
}
