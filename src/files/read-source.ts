// Reads one input: strictly as UTF-8, at most once where it is a pipe.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Problem } from '../yaml/documents.ts';
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

/** One input, not read yet. */
export interface Source extends Omit<SourceText, 'text'> {
  /** Of what can be read only once: standard input, or a pipe. */
  readonly bytes?: Uint8Array;
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

/** @throws the error of the file system. */
export function readWhole(file: string): Whole {
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
