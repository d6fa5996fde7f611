// A file in place, all or nothing: whoever reads it sees the old text or the new one.

import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decode } from './read.ts';

/**
 * Writes `after` to `file`, which still has to hold `before`. A symbolic link stays, the file it leads to is replaced; its
 * mode stays. @throws Error with a sentence, or of the file system.
 */
export function replaceFile(file: string, before: string, after: string): void {
  const real = realpathSync(file);
  accessSync(real, constants.W_OK);
  if (decode(readFileSync(real)) !== before)
    throw new Error('it was changed meanwhile and is not overwritten: run again');
  const temporary = join(dirname(real), `.${basename(real)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeWhole(temporary, after);
    copyOwner(real, temporary);
    renameSync(temporary, real);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** On the disk before the rename, so that a power cut leaves the old text or the new one. */
function writeWhole(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function copyOwner(from: string, to: string): void {
  const { mode, uid, gid } = statSync(from);
  try {
    chownSync(to, uid, gid);
  } catch {
    // Only root may give files away; a file of our own group is fine as it is.
  }
  chmodSync(to, mode & 0o7777);
}
