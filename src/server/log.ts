// The log: JSON lines on standard output. It never holds up a call, and at the end of the process only for a moment.

import { type DestinationStream, type Logger, pino } from 'pino';
import { createLogStream } from './log-stream.ts';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/** How long the end of the process waits for the reader of the log. */
const lastFlushMs = 1000;

export interface LogOptions {
  readonly level: string;
  /** Called for each line that was dropped because the log is not read, or the disk is full. */
  readonly dropped?: () => void;
  /** A descriptor; absent: standard output. */
  readonly file?: number;
}

/** What is left when the process exits, by process.exit as well, is written then. */
export function openLog({ level, dropped = () => undefined, file = 1 }: LogOptions): Log {
  const resumed = (lines: number) =>
    log.error({ lines }, 'log lines were lost here, because the log could not be written');
  const stream = createLogStream(file, { dropped, resumed });
  const log = createLog(level, stream);
  process.on('exit', () => stream.flush(lastFlushMs));
  return log;
}

/** Over any stream that takes lines. */
export function createLog(level: string, stream: DestinationStream): Log {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino(
    { level, base: null, messageKey: 'message', timestamp: pino.stdTimeFunctions.isoTime, formatters },
    stream,
  );
}
