// The file of a baseline: read as a whole, written so that nobody sees half of it.

import { readSource } from '../../files/read-source.ts';
import { createFile, replaceFile } from '../../files/replace.ts';
import { isThere } from '../../files/there.ts';
import type { Problem } from '../../yaml/documents.ts';
import { type BaselineEntry, baselineText, readBaselineText } from './format.ts';

export const baselineName = '.hitless-baseline.json';

export interface Baseline {
  readonly file: string;
  readonly text: string;
  readonly entries: readonly BaselineEntry[];
}

export type ReadBaselineFile = { readonly baseline: Baseline } | { readonly problem: Problem };

export function readBaseline(file: string): ReadBaselineFile {
  if (!isThere(file)) return { problem: { file, message: 'no such file: hitless baseline writes one' } };
  const { text, problem } = readSource({ file, onDisk: true, named: true });
  if (text === undefined) return { problem: problem ?? { file, message: 'it cannot be read' } };
  const read = readBaselineText(text);
  return 'mistake' in read
    ? { problem: { file, message: read.mistake } }
    : { baseline: { file, text, entries: read.entries } };
}

/**
 * `before`: the one that is there; absent where there is none. Returns a sentence for each thing that the file lost.
 * @throws Error with a sentence, or the error of the file system.
 */
export function writeBaseline(
  file: string,
  entries: readonly BaselineEntry[],
  before: Baseline | undefined,
): readonly string[] {
  const text = baselineText(entries);
  if (before !== undefined) return text === before.text ? [] : replaceFile(file, before.text, text);
  createFile(file, text);
  return [];
}
