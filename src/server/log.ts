// The log: JSON lines on standard output, in batches: one system call for many lines under load, and none lost at the end.

import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

// A line waits for its batch at most this long.
const flushMs = 100;
const batchBytes = 8_192;

/**
 * `file` is a descriptor: 1 is standard output. Writes whole batches, blocking: handing them to a thread would lose the one under way
 * when the process crashes. What is left when the process exits, by process.exit as well, is written then.
 */
export function openLog(level: string, file = 1): Log {
  const out = destination({ dest: file, sync: true, minLength: batchBytes, periodicFlush: flushMs });
  process.on('exit', () => out.flushSync());
  return createLog(level, out);
}

/** Over any stream that takes lines. */
export function createLog(level: string, stream: DestinationStream): Log {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino(
    { level, base: null, messageKey: 'message', timestamp: pino.stdTimeFunctions.isoTime, formatters },
    stream,
  );
}
