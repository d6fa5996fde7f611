// How the process ends: by a signal in order, by a second one at once, by a crash with its reason on standard error.

import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { inspect } from 'node:util';
import { withoutWaiting } from './descriptor.ts';
import type { Log } from './log.ts';

export interface Signals {
  /** Aborts at the first SIGTERM or SIGINT; its reason is the signal's name. */
  readonly draining: AbortSignal;
  /** Where a second one is told. */
  readonly tell: (log: Log) => void;
}

/**
 * A second signal ends the process at once. To be called first of all: without it a signal ends a process, but not process 1 of a
 * container, which would not hear of it again until it is killed.
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

/** For a process that has nothing left to do: whatever keeps it alive has a moment to end. */
export function endSoon(code: number): void {
  setTimeout(() => process.exit(code), endSoonMs).unref();
}

const endSoonMs = 1000;

// Fits into a pipe that nobody reads.
const longestReason = 16_384;

/** Rejections that nobody handles end up here as well. Not by the log, which may be what crashed. */
export function endOnCrash(): void {
  const standardError = withoutWaiting(2);
  process.on('uncaughtException', (error) => {
    try {
      writeSync(standardError, crashLine(error));
    } catch {
      // Nobody reads it.
    }
    process.exit(1);
  });
}

/** As the log would write it: both end up in one place in a cluster. */
function crashLine(error: unknown): string {
  const stack = inspect(error).slice(0, longestReason);
  const message = 'crashed, this is a bug in hitless';
  return `${JSON.stringify({ level: 'fatal', time: new Date().toISOString(), err: { stack }, message })}\n`;
}
