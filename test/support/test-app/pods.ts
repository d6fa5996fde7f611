// Targets in processes of their own, and what they write about themselves.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import type { TestAppOptions } from '../../../src/commands/test-app/test-app.ts';

export interface Pod {
  readonly name: string;
  readonly port: number;
  readonly grpcPort: number;
  /** From the start of the process to its listening. */
  readonly startMs: number;
  readonly kill: () => void;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly lines: () => readonly Readonly<Record<string, number | readonly number[]>>[];
}

const program = new URL('run.ts', import.meta.url).pathname;
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** The process, before it listens. */
export function startProcess(name: string, options: Partial<TestAppOptions>) {
  const env = { PATH: process.env.PATH, POD_NAME: name };
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { env });
  running.add(child);
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return (code ?? signal) as number | string | null;
  });
  const lines = () => {
    const complete = output.out.split('\n').slice(0, -1);
    return complete.map((line) => JSON.parse(line));
  };
  return { child, ended, lines, output };
}

/** Resolves when it listens. */
export async function startPod(name: string, options: Partial<TestAppOptions> = {}): Promise<Pod> {
  const began = performance.timeOrigin + performance.now();
  const { child, ended, lines, output } = startProcess(name, options);
  while (lines().length === 0) {
    if (child.exitCode !== null) throw new Error(`it ended: ${output.err}`);
    await sleep(10);
  }
  const { port, grpcPort, listening } = lines()[0];
  return { name, port, grpcPort, startMs: listening - began, ended, lines, kill: () => void child.kill('SIGTERM') };
}
