// A command that the user gave us, run as our child: it has our streams, and signals reach it.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** How it ended, as a shell says it. */
export interface ChildEnd {
  /** 128 and the signal's number when a signal ended it; 127 when it was not found, 126 when it cannot be run. */
  readonly exitCode: number;
  /** The signal that ended it. */
  readonly signal?: string;
  /** Why it was never started. */
  readonly reason?: string;
}

export interface ChildCommand {
  /** The program, then its arguments; no shell reads them. */
  readonly words: readonly string[];
  /** Where its standard output goes: `err` keeps ours free for a result that a program reads. */
  readonly stdout: 'out' | 'err';
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Resolves when it has ended, whatever happened to it. Until then a signal does not end this process: it goes to the command. */
export function runCommand({ words, stdout }: ChildCommand): Promise<ChildEnd> {
  const [file = '', ...args] = words;
  const { promise, resolve } = Promise.withResolvers<ChildEnd>();
  let child: ChildProcess | undefined;
  // Before it starts: it may run for a moment before spawn returns, and a signal then must neither end us nor be missed.
  const stopForwarding = forwardSignals(() => child);
  try {
    child = spawn(file, args, { stdio: ['inherit', stdout === 'out' ? 'inherit' : 2, 'inherit'] });
    child.once('error', (error: NodeJS.ErrnoException) => resolve(notStarted(file, error)));
    child.once('exit', (code, signal) => resolve(endOf(code, signal)));
  } catch (error) {
    // Such as arguments with a null byte, or too many of them.
    resolve(notStarted(file, error as NodeJS.ErrnoException));
  }
  return promise.finally(stopForwarding);
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ChildEnd {
  if (signal === null) return { exitCode: code ?? 0 };
  return { exitCode: 128 + constants.signals[signal], signal };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such program',
  EACCES: 'permission denied',
  E2BIG: 'its arguments are too long',
};

function notStarted(file: string, { code = '', message }: NodeJS.ErrnoException): ChildEnd {
  const reason = `${file}: ${reasons[code] ?? message}`;
  return { exitCode: code === 'ENOENT' ? 127 : 126, reason };
}

function forwardSignals(child: () => ChildProcess | undefined): () => void {
  const forward = (signal: NodeJS.Signals) => {
    if (!isFromKeyboard(signal)) child()?.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
  return () => {
    for (const signal of forwarded) process.off(signal, forward);
  };
}

/** The terminal sends Ctrl-C to every process in its foreground, and a second one would make many programs give up at once. */
function isFromKeyboard(signal: NodeJS.Signals): boolean {
  return (signal === 'SIGINT' || signal === 'SIGQUIT') && isInForeground();
}

function isInForeground(): boolean {
  try {
    // proc(5): after the name in parentheses come state, parent, group, session, terminal and the group in the terminal's foreground.
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return group === foreground;
  } catch {
    return process.stdin.isTTY === true;
  }
}
