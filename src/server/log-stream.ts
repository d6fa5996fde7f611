// Lines to a descriptor, in batches: one system call for many lines under load. Callers never wait for it: what cannot be written now
// (a pipe that is not read, a full disk) is kept and retried, and what is too much to keep is dropped.
//
// The writes themselves are synchronous, to a descriptor that does not wait: then it is known at any time what is written, also when
// the process crashes, and no thread hangs in a write that would keep the process from ending.

import { writeSync } from 'node:fs';
import { withoutWaiting } from './descriptor.ts';

export interface LogStream {
  readonly write: (line: string) => void;
  /** Blocks until everything is written, or cannot be, at most `deadlineMs`. For the end of the process. */
  readonly flush: (deadlineMs: number) => void;
}

// A line waits for its batch at most this long.
const batchMs = 100;
const batchLength = 8_192;
// Kept while nothing can be written: thousands of lines.
const mostKept = 1024 * 1024;
// A pipe that is full is soon read on, if it is read at all; a full disk takes longer.
const retryMs = { EAGAIN: 20, others: 1000 };

/** `dropped` is called for each line that was given up. */
export function createLogStream(file: number, dropped: () => void): LogStream {
  const descriptor = withoutWaiting(file);
  // The rest of a batch of which a part is written.
  let rest: Buffer = Buffer.alloc(0);
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  let blocked = false;
  /** Gives the code of the error in the way; undefined: everything is written. */
  const writeAll = (): string | undefined => {
    try {
      while (rest.length > 0 || lines !== '') {
        if (rest.length === 0) [rest, lines] = [Buffer.from(lines), ''];
        rest = rest.subarray(writeSync(descriptor, rest));
      }
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unknown';
    }
  };
  const tryNow = () => {
    clearTimeout(timer);
    const error = writeAll();
    blocked = error !== undefined;
    timer = blocked ? later(error === 'EAGAIN' ? retryMs.EAGAIN : retryMs.others) : undefined;
  };
  const later = (ms: number) => setTimeout(tryNow, ms).unref();
  return {
    write: (line) => {
      if (rest.length + lines.length + line.length > mostKept) return dropped();
      lines += line;
      if (lines.length >= batchLength && !blocked) tryNow();
      else timer ??= later(batchMs);
    },
    flush: (deadlineMs) => {
      const end = performance.now() + deadlineMs;
      while (writeAll() === 'EAGAIN' && performance.now() < end) sleep(retryMs.EAGAIN);
    },
  };
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
