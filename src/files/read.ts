// Reads the input: files, folders with everything below them, and `-` for standard input.

import { closeSync, openSync, readdirSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../yaml/documents.ts';

export interface SourceText {
  /** The name that the operator gave; `stdin` for standard input. */
  readonly file: string;
  readonly text: string;
  /** Only standard input is not on disk. */
  readonly onDisk: boolean;
}

export interface SourceTexts {
  readonly texts: readonly SourceText[];
  readonly problems: readonly Problem[];
}

/** Reads every input once, also when two of `paths` lead to it; what cannot be read is a problem. */
export async function readTexts(paths: readonly string[], stdin: () => Promise<Uint8Array>): Promise<SourceTexts> {
  const texts: SourceText[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === '-') {
      if (!seen.has('-'))
        attempt('stdin', problems, await stdin(), (bytes) => texts.push(textOf('stdin', bytes, false)));
      seen.add('-');
      continue;
    }
    for (const file of filesAt(path, problems, new Set())) {
      attempt(file, problems, file, () => {
        const real = realpathSync(file);
        if (seen.has(real)) return;
        seen.add(real);
        texts.push(textOf(file, readWhole(file), true));
      });
    }
  }
  return { texts, problems };
}

/** Several times the size of the largest manifests; also stops at a device that never ends, which a link can lead to. */
const maximumBytes = 64 * 1024 * 1024;

function readWhole(file: string): Uint8Array {
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

function textOf(file: string, bytes: Uint8Array, onDisk: boolean): SourceText {
  if (bytes.length > maximumBytes) throw new Error(`it is larger than ${maximumBytes / 1024 ** 2} MiB: split it`);
  return { file, text: decode(bytes), onDisk };
}

/** Strict, and keeps the byte order mark: the bytes written back must be the same. */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function attempt<T>(file: string, problems: Problem[], input: T, work: (input: T) => void): void {
  try {
    work(input);
  } catch (error) {
    problems.push({ file, message: reasonOf(error) });
  }
}

/** `path` itself when it is a file, whatever its name; for a folder, the manifests in it, sorted. */
function filesAt(path: string, problems: Problem[], visited: Set<string>): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const real = realpathSync(path);
    if (visited.has(real)) return [];
    visited.add(real);
    const names = readdirSync(path).filter((name) => !name.startsWith('.') && name !== 'node_modules');
    return names.sort().flatMap((name) => filesBelow(join(path, name), problems, visited));
  } catch (error) {
    problems.push(path === '' ? nameless : { file: path, message: reasonOf(error) });
    return [];
  }
}

const nameless: Problem = { file: '""', message: 'a file name must not be empty' };

/** Skips special files, which nothing named explicitly: reading a pipe in a folder would wait forever for its writer. */
function filesBelow(path: string, problems: Problem[], visited: Set<string>): string[] {
  const kind = kindOf(path);
  const manifest = /\.(ya?ml|json)$/i.test(path);
  if (!manifest && kind?.isDirectory() !== true) return [];
  if (kind === undefined || kind.isFile() || kind.isDirectory()) return filesAt(path, problems, visited);
  problems.push({ file: path, message: 'not read, because it is not a regular file: a pipe, a socket or a device' });
  return [];
}

/** Also undefined for a broken link. */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
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

/** The error of a file system in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or folder',
    ENOTDIR: 'a part of the path is not a folder',
    EISDIR: 'it is a folder',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EROFS: 'the file system is read-only',
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'no space left on the disk for this user',
    EBUSY: 'it is in use, or is a mount point itself: use --stdout',
    ELOOP: 'its symbolic links form a loop',
    ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8 text; save it as UTF-8',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
