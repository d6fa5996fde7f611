// Reads the input: files, folders with everything below them, and `-` for standard input.

import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Problem } from '../yaml/documents.ts';
import { filesAt } from './list.ts';
import { reasonOf } from './reason.ts';

export interface SourceText {
  /** The name that the operator gave; `stdin` for standard input. */
  readonly file: string;
  readonly text: string;
  /** Only standard input is not on disk. */
  readonly onDisk: boolean;
  /** Named by the operator, or standard input: not found in a folder. */
  readonly named: boolean;
  /** Its real path, where links lead to it out of every folder that the operator named. */
  readonly outside?: string;
}

export interface SourceTexts {
  readonly texts: readonly SourceText[];
  readonly problems: readonly Problem[];
  /** The hidden folders that hold YAML files: they are not read unless they are named. */
  readonly hidden: readonly string[];
}

/** One input, not read yet. */
export interface Source extends Omit<SourceText, 'text'> {
  /** Of standard input, which can be read only once. */
  readonly bytes?: Uint8Array;
}

export interface SourceList {
  readonly sources: readonly Source[];
  /** What cannot be listed, each with the number of sources before it. */
  readonly problems: readonly { readonly before: number; readonly problem: Problem }[];
  readonly hidden: readonly string[];
}

/** Reads every input once, also when two of `paths` lead to it; what cannot be read is a problem. */
export async function readTexts(paths: readonly string[], stdin: () => Promise<Uint8Array>): Promise<SourceTexts> {
  const { sources, problems: unlisted, hidden } = await listSources(paths, stdin);
  const texts: SourceText[] = [];
  const unread: { readonly at: number; readonly problem: Problem }[] = [];
  for (const [at, source] of sources.entries()) {
    const { text, problem } = readSource(source);
    if (text !== undefined) texts.push({ ...withoutBytes(source), text });
    if (problem !== undefined) unread.push({ at, problem });
  }
  return { texts, problems: inOrder(unlisted, unread), hidden };
}

function withoutBytes({ bytes: _, ...source }: Source): Omit<SourceText, 'text'> {
  return source;
}

/** What could not be listed comes before what of it could not be read. */
export function inOrder(
  unlisted: SourceList['problems'],
  unread: readonly { readonly at: number; readonly problem: Problem }[],
): readonly Problem[] {
  const all = [...unlisted.map(({ before, problem }) => ({ at: before - 0.5, problem })), ...unread];
  return all.toSorted((a, b) => a.at - b.at).map(({ problem }) => problem);
}

/** Every input once, in the order of `paths`, each folder sorted. */
export async function listSources(paths: readonly string[], stdin: () => Promise<Uint8Array>): Promise<SourceList> {
  const sources: Source[] = [];
  const problems: SourceList['problems'][number][] = [];
  const hidden = new Set<string>();
  const seen = new Set<string>();
  const isNew = (real: string) => seen.size < seen.add(real).size;
  const roots = paths.flatMap(realFolder);
  for (const path of paths) {
    if (path === '-') {
      if (isNew('-')) sources.push({ file: 'stdin', bytes: await stdin(), onDisk: false, named: true });
      continue;
    }
    const listed = filesAt(path);
    for (const problem of listed.problems) problems.push({ before: sources.length, problem });
    for (const folder of listed.hidden) hidden.add(folder);
    for (const { file, real = realOf(file) } of listed.files) {
      const named = file === path;
      const outside = !named && !roots.some((root) => real.startsWith(root));
      if (isNew(real)) sources.push({ file, onDisk: true, named, ...(outside && { outside: real }) });
    }
  }
  return { sources, problems, hidden: [...hidden] };
}

/** Of what is gone by now, reading will say so. */
function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

export interface ReadSource {
  /** Absent for what cannot be read, and for text in another encoding. */
  readonly text?: string;
  /** Differs once the file has changed. */
  readonly stamp?: string;
  readonly problem?: Problem;
}

export function readSource({ file, bytes: given, named }: Source): ReadSource {
  let read: Whole | undefined;
  try {
    read = given === undefined ? readWhole(file) : { bytes: given, stamp: '' };
    return { text: textOf(read.bytes), stamp: read.stamp };
  } catch (error) {
    const matters = named || read === undefined || mayHoldObjects(read.bytes);
    return matters ? { problem: { file, message: reasonOf(error) } } : {};
  }
}

/** The real path of a folder, with a slash at its end; none for anything else. */
function realFolder(path: string): readonly string[] {
  try {
    return statSync(path).isDirectory() ? [join(realpathSync(path), sep)] : [];
  } catch {
    return [];
  }
}

/** An object has a kind, in UTF-8 or UTF-16. A folder of manifests also holds other files, whose encoding is nobody's problem here. */
function mayHoldObjects(bytes: Uint8Array): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return all.includes('kind') || all.includes('k\0i\0n\0d');
}

/** Several times the size of the largest manifests; also stops at a device that never ends, which a link can lead to. */
const maximumBytes = 64 * 1024 * 1024;

interface Whole {
  readonly bytes: Uint8Array;
  readonly stamp: string;
}

/** Most files fit; its contents are used before the next file is read. */
const buffer = Buffer.allocUnsafeSlow(256 * 1024);

function readWhole(file: string): Whole {
  const descriptor = openSync(file, 'r');
  try {
    const { size, mtimeMs, ino } = fstatSync(descriptor);
    const chunks: Uint8Array[] = [];
    for (let total = 0; total <= maximumBytes; ) {
      const length = readSync(descriptor, buffer);
      if (length === 0) break;
      total += length;
      // A file of its usual size is read at once, without a copy.
      if (length === size && chunks.length === 0 && length < buffer.length)
        return { bytes: buffer.subarray(0, length), stamp: `${size} ${mtimeMs} ${ino}` };
      chunks.push(Buffer.from(buffer.subarray(0, length)));
    }
    return { bytes: Buffer.concat(chunks), stamp: `${size} ${mtimeMs} ${ino}` };
  } finally {
    closeSync(descriptor);
  }
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > maximumBytes) throw new Error(`it is larger than ${maximumBytes / 1024 ** 2} MiB: split it`);
  return decode(bytes);
}

/** Strict, and keeps the byte order mark: the bytes written back must be the same. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Why `path`, through symbolic links, is not a readable folder. */
export function notFolder(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'it is not a folder';
  } catch (error) {
    return reasonOf(error);
  }
}
