// Reads the input: files, folders with everything below them, and `-` for standard input.

import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
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

/** Reads every input once, also when two of `paths` lead to it; what cannot be read is a problem. */
export async function readTexts(paths: readonly string[], stdin: () => Promise<Uint8Array>): Promise<SourceTexts> {
  const reading: Reading = { texts: [], problems: [], seen: new Set(), roots: paths.flatMap(realFolder) };
  const hidden = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      if (!reading.seen.has('-')) readStdin(await stdin(), reading);
      reading.seen.add('-');
      continue;
    }
    const listed = filesAt(path);
    reading.problems.push(...listed.problems);
    for (const folder of listed.hidden) hidden.add(folder);
    for (const file of listed.files) readFile(file, file === path, reading);
  }
  const { texts, problems } = reading;
  return { texts, problems, hidden: [...hidden] };
}

interface Reading {
  readonly texts: SourceText[];
  readonly problems: Problem[];
  /** The real paths of the files so far. */
  readonly seen: Set<string>;
  /** The real paths of the folders that the operator named. */
  readonly roots: readonly string[];
}

function readStdin(bytes: Uint8Array, { texts, problems }: Reading): void {
  const trouble = attempt(() => texts.push({ file: 'stdin', text: textOf(bytes), onDisk: false, named: true }));
  if (trouble !== undefined) problems.push({ file: 'stdin', message: trouble });
}

function readFile(file: string, named: boolean, { texts, problems, seen, roots }: Reading): void {
  let bytes: Buffer | undefined;
  const trouble = attempt(() => {
    const real = realpathSync(file);
    if (seen.has(real)) return;
    seen.add(real);
    bytes = readWhole(file);
    const outside = !named && !roots.some((root) => real.startsWith(root));
    texts.push({ file, text: textOf(bytes), onDisk: true, named, ...(outside && { outside: real }) });
  });
  const matters = named || bytes === undefined || mayHoldObjects(bytes);
  if (trouble !== undefined && matters) problems.push({ file, message: trouble });
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
function mayHoldObjects(bytes: Buffer): boolean {
  return bytes.includes('kind') || bytes.includes('k\0i\0n\0d');
}

/** Several times the size of the largest manifests; also stops at a device that never ends, which a link can lead to. */
const maximumBytes = 64 * 1024 * 1024;

function readWhole(file: string): Buffer {
  const chunks: Uint8Array[] = [];
  const descriptor = openSync(file, 'r');
  try {
    for (let total = 0; total <= maximumBytes; total += chunks.at(-1)?.length ?? 0) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const length = readSync(descriptor, chunk);
      if (length === 0) break;
      chunks.push(chunk.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > maximumBytes) throw new Error(`it is larger than ${maximumBytes / 1024 ** 2} MiB: split it`);
  return decode(bytes);
}

/** Strict, and keeps the byte order mark: the bytes written back must be the same. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Why `work` failed. */
function attempt(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Why `path`, through symbolic links, is not a readable folder. */
export function notFolder(path: string): string | undefined {
  try {
    return statSync(path).isDirectory() ? undefined : 'it is not a folder';
  } catch (error) {
    return reasonOf(error);
  }
}
