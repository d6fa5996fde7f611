// Files that a command writes when its work is done: checked before it begins, because it may take hours.

import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { reasonOf } from '../files/reason.ts';
import { errorLine, noticeLine } from '../terminal/lines.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible } from '../text/hidden.ts';

/** A sentence about the first file that cannot be written; undefined if all can. */
export async function firstUnwritable(...files: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const file of files.filter((one) => one !== undefined)) {
    try {
      const there = await stat(file).catch(() => undefined);
      if (there?.isDirectory()) throw new Error('it is a folder');
      await access(there === undefined ? dirname(resolve(file)) : file, constants.W_OK);
    } catch (error) {
      return cannot(file, error);
    }
  }
  return undefined;
}

export interface WritingCommand {
  readonly name: string;
  readonly terminal: Terminal;
}

/**
 * Reports the outcome and returns whether it was written: a failure here is not the fault of the cluster. A long text comes in pieces,
 * each of which is written by itself.
 */
export async function writeOut(
  file: string,
  text: string | Iterable<string>,
  { name, terminal }: WritingCommand,
): Promise<boolean> {
  try {
    await writeFile(file, text);
    noticeWriter(name, terminal)(`written: ${file}`);
    return true;
  } catch (error) {
    errorWriter(name, terminal)(cannot(file, error));
    return false;
  }
}

function cannot(file: string, error: unknown): string {
  return `${file} cannot be written: ${reasonOf(error)}`;
}

/** Writes lines of the command `name` to the error stream. */
export function errorWriter(name: string, terminal: Terminal): (text: string) => void {
  return (text) => errorLine(terminal, `hitless ${name}: ${visible(text)}`);
}

/** The same for what --quiet omits. */
export function noticeWriter(name: string, terminal: Terminal): (text: string) => void {
  return (text) => noticeLine(terminal, `hitless ${name}: ${visible(text)}`);
}
