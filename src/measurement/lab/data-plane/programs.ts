// The programs that read the rules of a node. None of them is called in a way that writes.

import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Output =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly why: string };

const mostBytes = 256 * 1024 * 1024;

/** All that a program writes. */
export function output(program: string, args: readonly string[]): Promise<Output> {
  return new Promise((resolve) => {
    execFile(program, args, { maxBuffer: mostBytes }, (error, stdout, stderr) => {
      if (error === null) resolve({ kind: 'text', text: stdout });
      else resolve({ kind: 'failed', why: reason(program, stderr || error.message) });
    });
  });
}

export interface Following {
  readonly line: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Gives every line to `line`, as soon as the program writes it. Resolves when it ends, with why it did. */
export function follow(program: string, args: readonly string[], { line, signal }: Following): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-500);
  });
  createInterface({ input: child.stdout }).on('line', line);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(reason(program, error.message)));
    child.once('close', (code) => resolve(reason(program, said || `it ended with code ${code}`)));
  });
}

function reason(program: string, text: string): string {
  return `${program}: ${text.trim().split('\n').at(-1)}`;
}
