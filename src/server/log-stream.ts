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

export interface LogStreamOptions {
  /** Called for each line that was given up. */
  readonly dropped: () => void;
  /** Called when lines are kept again, with the number of those that were given up before; a line that it writes is in their place. */
  readonly resumed?: (lines: number) => void;
}

export function createLogStream(file: number, { dropped, resumed = () => undefined }: LogStreamOptions): LogStream {
  const descriptor = withoutWaiting(file);
  // The rest of a batch of which a part is written.
  let rest: Buffer = Buffer.alloc(0);
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  let blocked = false;
  let lost = 0;
  const drop = () => {
    lost += 1;
    dropped();
  };
  // After lines were given up there has to be some room, or a reader who is a little too slow would get few lines and many notes.
  const hasRoomFor = (line: string) =>
    rest.length + lines.length + line.length <= (lost === 0 ? mostKept : mostKept / 2);
  const resume = () => {
    const count = lost;
    lost = 0;
    if (count > 0) resumed(count);
  };
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
    if (!blocked) resume();
  };
  const later = (ms: number) => setTimeout(tryNow, ms).unref();
  return {
    write: (line) => {
      if (!hasRoomFor(line)) return drop();
      resume();
      lines += line;
      if (lines.length >= batchLength && !blocked) tryNow();
      else timer ??= later(batchMs);
    },
    flush: (deadlineMs) => {
      const end = performance.now() + deadlineMs;
      if (hasRoomFor('')) resume();
      while (writeAll() === 'EAGAIN' && performance.now() < end) sleep(retryMs.EAGAIN);
    },
  };
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
