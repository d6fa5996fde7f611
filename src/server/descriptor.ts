// Standard output and error as descriptors that never make a writer wait: a write that would wait fails with EAGAIN.

import { constants, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Gives a descriptor of the same file. A pipe or a socket is left in this state for every process that shares it, as by any
 * Node.js program. A file on a disk waits for its disk.
 */
export function withoutWaiting(file: number): number {
  if (isatty(file)) return reopened(file);
  // Node.js does it when it makes the stream.
  if (file === 1) process.stdout.writable;
  if (file === 2) process.stderr.writable;
  return file;
}

// Node.js leaves a terminal as it is, and one that is paused, or whose other end is not read, would block the process.
function reopened(file: number): number {
  try {
    return openSync(`/dev/fd/${file}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return file;
  }
}
