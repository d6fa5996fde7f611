// `hitless test-app`: the server of the experiment, in a pod. Its behaviour on SIGTERM is what is measured.

import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventLog, openEventLog } from '../../measurement/test-app/event-log.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible } from '../../text/hidden.ts';

/** `end`: exits at once. `close`: closes the listeners and waits for the rest. `drain`: loses no request. `serve`: serves on, then drains. */
const waysToEnd = ['end', 'close', 'drain', 'serve'] as const;

export interface TestAppOptions {
  /** 0 for any. */
  readonly port: number;
  readonly grpcPort: number;
  /** From the start of the process; nothing listens before. */
  readonly startUpMs: number;
  /** How long a request takes. */
  readonly workMs: number;
  readonly onSigterm: (typeof waysToEnd)[number];
  /** How long a drain waits for silent clients. */
  readonly drainMs: number;
  /** Whether it obeys those who ask it to crash. */
  readonly controls?: true;
  /** With `serve`: from SIGTERM to the drain. */
  readonly serveOnMs: number;
}

const killed = 143;

/** Until SIGTERM, a second of which ends the process at once. 0: clean exit. 2: cannot listen. The process exits with 143 on `end`. */
export async function testApp(options: TestAppOptions, terminal: Terminal): Promise<ExitCode> {
  const { onSigterm, drainMs, serveOnMs } = options;
  const eventLog = openEventLog(terminal.out);
  const state = { listening: false };
  const signal = untilSigterm(() => onSigterm === 'end' || !state.listening, eventLog);
  const opened = await open(options, eventLog).catch((error: Error) => {
    terminal.err(`hitless test-app: cannot listen: ${visible(error.message)}\n`);
  });
  if (opened === undefined) return 2;
  state.listening = true;
  await signal;
  if (onSigterm === 'serve') await sleep(serveOnMs);
  const ended = onSigterm === 'close' ? opened.close() : opened.drain(drainMs);
  // Both stop listening before they return.
  eventLog.closed();
  await ended;
  eventLog.exit();
  return 0;
}

/** Resolves at the first signal. A process that is still starting has nothing to wait for either. */
function untilSigterm(endsAtOnce: () => boolean, eventLog: EventLog): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let draining = false;
  process.on('SIGTERM', () => {
    if (!draining) eventLog.sigterm();
    if (draining || endsAtOnce()) {
      eventLog.exit();
      process.exit(killed);
    }
    draining = true;
    resolve();
  });
  return promise;
}

async function open({ port, grpcPort, startUpMs, workMs, controls }: TestAppOptions, eventLog: EventLog) {
  // Not at the top: a pod must answer its signals before these are loaded.
  const { openTestApp } = await import('../../measurement/test-app/test-app.ts');
  const { openControls } = await import('../../measurement/test-app/controls.ts');
  await sleep(Math.max(0, startUpMs - performance.now()));
  // Read here and not in settings/settings.ts: a pod of the experiment must listen before that is loaded.
  const pod = process.env.POD_NAME ?? hostname();
  const obeys = controls && { controls: openControls() };
  const opened = await openTestApp({ port, grpcPort }, { pod, workMs, ...obeys }, eventLog);
  eventLog.listening({ port: opened.port, grpcPort: opened.grpcPort, pod });
  return opened;
}
