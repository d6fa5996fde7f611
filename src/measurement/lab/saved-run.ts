// A run of the lab that can go on after it ended: a file with one line for each measurement, written as soon as it is there.
//
// Lines are only ever added, so that a crash costs no more than the line that was being written.

import { appendFileSync, closeSync, fstatSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { savedRunFormat } from '../../names.ts';
import type { CountedMeasurement } from './counted.ts';

/** What has to be the same for counts to be added up. */
export interface RunIdentity {
  /** The command line, without what does not change what is measured. */
  readonly command: string;
  /** By name, such as `Kubernetes`: versions, and whatever else has to be the same. */
  readonly measuredWith: Readonly<Record<string, string>>;
}

interface Head extends RunIdentity {
  readonly format: typeof savedRunFormat;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface SavedMeasurement extends CountedMeasurement {
  /** See rowKey. */
  readonly row: string;
  /** How long all runs have measured when it was done. */
  readonly elapsedSeconds: number;
}

export interface SavedRun {
  readonly startedAt: string;
  readonly measurements: readonly SavedMeasurement[];
  /** @throws Error with a sentence, when the file cannot be written, or somebody else wrote to it. */
  readonly add: (measurement: SavedMeasurement) => void;
}

/** Begins the file where there is none. @throws Error with a sentence */
export function openSavedRun(file: string, identity: RunIdentity): SavedRun {
  const { text, isCut } = completeLines(file);
  // A line that a crash cut off was never counted.
  if (isCut) truncateSync(file, Buffer.byteLength(text));
  const [first = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const head = first === '' ? newHead(identity) : headFrom(file, first);
  requireSame(file, head, identity);
  const measurements = lines.map((line, index) => measurementFrom(file, line, index + 2));
  let bytes = Buffer.byteLength(text);
  const append = (value: Head | SavedMeasurement) => {
    bytes = appendLine(file, bytes, value);
  };
  if (first === '') append(head);
  return { startedAt: head.startedAt, measurements, add: append };
}

function completeLines(file: string): { readonly text: string; readonly isCut: boolean } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: '', isCut: false };
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
  const end = text.lastIndexOf('\n') + 1;
  // Nothing that hitless did not write may be cut.
  if (end === 0 && text !== '' && !isBeginOfHead(text)) throw new Error(foreign(file));
  return { text: text.slice(0, end), isCut: end < text.length };
}

const headStart = JSON.stringify({ format: savedRunFormat }).slice(0, -1);

function isBeginOfHead(text: string): boolean {
  return text.startsWith(headStart) || headStart.startsWith(text);
}

function newHead({ command, measuredWith }: RunIdentity): Head {
  return { format: savedRunFormat, command, measuredWith, startedAt: new Date().toISOString() };
}

function headFrom(file: string, line: string): Head {
  const head = parsed(line) as Partial<Head> | undefined;
  if (head?.format !== savedRunFormat || typeof head.measuredWith !== 'object') throw new Error(foreign(file));
  return head as Head;
}

function foreign(file: string): string {
  return `${file} is not a file that --resume of this version wrote: choose another one, or one that does not exist yet`;
}

function requireSame(file: string, head: Head, { command, measuredWith }: RunIdentity): void {
  if (head.command !== command)
    throw new Error(
      `${file} holds measurements of another run, which cannot be added to: it was "${head.command}", and this is "${command}"`,
    );
  for (const [name, now] of Object.entries(measuredWith)) {
    const before = head.measuredWith[name];
    if (before !== now)
      throw new Error(`${file} was measured with ${name} ${before}, and this is ${now}: begin another file`);
  }
}

function measurementFrom(file: string, line: string, number: number): SavedMeasurement {
  const one = parsed(line) as Partial<SavedMeasurement> | undefined;
  const isWhole = typeof one?.row === 'string' && typeof one.elapsedSeconds === 'number';
  if (!isWhole || !Array.isArray(one.rollout?.lanes) || !Array.isArray(one.lags))
    throw new Error(`${file}, line ${number}: this is not a measurement; remove the line, and it is measured again`);
  return one as SavedMeasurement;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** On disk when it returns. Returns the new length in bytes. */
function appendLine(file: string, bytes: number, value: object): number {
  const line = `${JSON.stringify(value)}\n`;
  let size = bytes;
  try {
    const descriptor = openSync(file, 'a');
    try {
      ({ size } = fstatSync(descriptor));
      if (size === bytes) appendFileSync(descriptor, line, { flush: true });
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new Error(`${file} cannot be written: ${(error as Error).message}`);
  }
  if (size !== bytes)
    throw new Error(`${file} was written by another program in the meantime: each run needs a file of its own`);
  return bytes + Buffer.byteLength(line);
}
