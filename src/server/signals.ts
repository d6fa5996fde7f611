// How the process ends: by a signal in order, by a second one at once, by a crash with its reason on standard error.

import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { inspect } from 'node:util';
import { withoutWaiting } from './descriptor.ts';
import type { Log } from './log.ts';

export interface Signals {
  /** Aborts at the first SIGTERM or SIGINT; its reason is the signal's name. */
  readonly draining: AbortSignal;
  /** Sets the log in which a second signal is reported. */
  readonly tell: (log: Log) => void;
}

/**
 * A second signal ends the process at once. Must be called first: by default a signal ends a process, but not process 1 of a
 * container, which would ignore it until it is killed.
 */
export function catchSignals(): Signals {
  const draining = new AbortController();
  let log: Log | undefined;
  const onSignal = (signal: 'SIGTERM' | 'SIGINT') => {
    if (!draining.signal.aborted) return draining.abort(signal);
    log?.warn({ signal }, 'second signal, exiting immediately');
    process.exit(128 + constants.signals[signal]);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    draining: draining.signal,
    tell: (given) => {
      log = given;
    },
  };
}

/** Resolves when it has aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** For a process that has nothing left to do: what still keeps it alive has a moment to end. */
export function endSoon(code: number): void {
  setTimeout(() => process.exit(code), endSoonMs).unref();
}

const endSoonMs = 1000;

// Fits into a pipe that is not read.
const longestReason = 16_384;

/** Unhandled rejections end up here as well. It bypasses the log, which may be what crashed. */
export function endOnCrash(): void {
  const standardError = withoutWaiting(2);
  process.on('uncaughtException', (error) => {
    try {
      writeSync(standardError, crashLine(error));
    } catch {
      // Standard error is not read.
    }
    process.exit(1);
  });
}

/** In the format of the log: both end up in one place in a cluster. */
function crashLine(error: unknown): string {
  const stack = inspect(error).slice(0, longestReason);
  const message = 'crashed, this is a bug in hitless';
  return `${JSON.stringify({ level: 'fatal', time: new Date().toISOString(), err: { stack }, message })}\n`;
}
