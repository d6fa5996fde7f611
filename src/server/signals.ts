// How the process ends: by a signal in order, by a second one at once, by a crash with its reason in the log.

import { constants } from 'node:os';
import type { Log } from './log.ts';

/** Resolves at the first SIGTERM or SIGINT, after `leave`, with its exit code. A second signal ends the process at once. */
export function untilSignal(leave: () => Promise<number>, log: Log): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let leaving = false;
  const onSignal = (signal: 'SIGTERM' | 'SIGINT') => {
    if (leaving) {
      log.warn({ signal }, 'second signal, ending at once');
      process.exit(128 + constants.signals[signal]);
    }
    leaving = true;
    log.info({ signal }, 'leaving: not ready, answering until nobody calls');
    leave().then(resolve, reject);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return promise;
}

/** Rejections that nobody handles end up here as well. */
export function endOnCrash(log: Log): void {
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'crashed, this is a bug of hitless');
    process.exit(1);
  });
}
