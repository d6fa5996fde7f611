// Replaces or creates a file atomically: readers see either the old contents, or none, or the new.
//
// Not with write-file-atomic: its temporary file is visible and has a longer name than the file, it gets no access control list and
// no extended attributes, and there is no hook between writing and renaming to check that the file is still what was read.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { decode } from './read-source.ts';

/**
 * Writes `after` to `file`, which must still hold `before`. A symbolic link stays, and the file it leads to is replaced; its
 * mode, owner, access control list and extended attributes stay. Returns a sentence for each of these that could not be kept.
 * A crash on the way leaves the old contents, and beside them a hidden file that is not read as a manifest.
 * @throws Error with a sentence, or the error of the file system.
 */
export function replaceFile(file: string, before: string, after: string): readonly string[] {
  const real = realpathSync(file);
  accessSync(real, constants.W_OK);
  const old = statSync(real);
  if (!old.isFile()) throw new Error('it is not a regular file: use --stdout');
  const temporary = temporaryIn(dirname(real));
  try {
    const uncopied = copyAttributes(real, temporary, old);
    writeWhole(temporary, after);
    // As late as possible: a write between here and the next line would be lost.
    if (decode(readFileSync(real)) !== before)
      throw new Error('it was changed in the meantime and is not overwritten: run again');
    renameSync(temporary, real);
    return [...uncopied, ...lostBy(old, statSync(real))];
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes a file that is not there yet.
 * @throws Error with a sentence, or the error of the file system.
 */
export function createFile(file: string, text: string): void {
  const temporary = temporaryIn(dirname(file), 0o666);
  try {
    writeWhole(temporary, text);
    if (existsSync(file)) throw new Error('it was created in the meantime and is not overwritten: run again');
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** An empty file, private until it gets the mode of the original. A name longer than that of the original might not fit. */
function temporaryIn(folder: string, mode = 0o600): string {
  const path = join(folder, `.hitless-${randomBytes(6).toString('hex')}.tmp`);
  try {
    closeSync(openSync(path, 'wx', mode));
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM')
      throw new Error(
        'no permission to write in its folder, where the new contents are written before they replace the old',
      );
    throw error;
  }
}

/** Synced to disk before the rename, so that a power cut leaves the old contents or the new. */
function writeWhole(path: string, text: string): void {
  const descriptor = openSync(path, 'w');
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Node.js supports neither access control lists nor extended attributes; the cp of GNU and of macOS copies them. */
function copyAttributes(from: string, to: string, { mode, uid, gid }: Stats): string[] {
  const option = process.platform === 'linux' ? '--preserve=all' : '-p';
  const { status, stderr } = spawnSync('cp', [option, '--', from, to], { encoding: 'utf8' });
  try {
    chownSync(to, uid, gid);
  } catch {
    // Only root may give files away; a changed owner is reported.
  }
  chmodSync(to, mode & 0o7777);
  if ((status === 0 && stderr === '') || process.platform === 'win32') return [];
  return [
    'its access control lists and extended attributes, if it had any, are lost: no cp on this machine copies them',
  ];
}

/** What a new file in the same place cannot keep. */
function lostBy(old: Stats, now: Stats): string[] {
  const lost: string[] = [];
  if (old.nlink > 1) {
    const others =
      old.nlink === 2
        ? 'its other name (a hard link) still has'
        : `its ${old.nlink - 1} other names (hard links) still have`;
    lost.push(`${others} the old contents: they are separate files now`);
  }
  if (old.uid !== now.uid || old.gid !== now.gid)
    lost.push(`its owner was ${old.uid}:${old.gid} and is ${now.uid}:${now.gid} now`);
  if (old.mode !== now.mode) lost.push(`its mode was ${octal(old.mode)} and is ${octal(now.mode)} now`);
  return lost;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
