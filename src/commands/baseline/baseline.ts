// `hitless baseline`: writes the findings that there are into a file, or takes out of it what is not found any more.

import { statSync } from 'node:fs';
import { reasonOf } from '../../files/reason.ts';
import { isThere } from '../../files/there.ts';
import { beyond, countedEntries, entriesOf, type Found, pruned, total } from '../../lint/baseline/entries.ts';
import { type Baseline, baselineName, readBaseline, writeBaseline } from '../../lint/baseline/file.ts';
import type { BaselineEntry } from '../../lint/baseline/format.ts';
import { checkFiles } from '../../lint/check-files.ts';
import { type InputOptions, problemLine, reportProblems } from '../../lint/inputs.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';

export interface BaselineOptions extends InputOptions {
  /** The file that is written. */
  readonly output?: string;
  /** The one that the configuration names. */
  readonly baseline?: string;
  readonly prune?: true;
}

/** 0: the file is as it should be. 2: something could not be read or written, and the file is as it was. */
export async function baseline(
  paths: readonly string[],
  options: BaselineOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const file = options.output ?? options.baseline ?? baselineName;
  const before = beforeIn(file, options);
  if (before !== undefined && 'problem' in before) {
    terminal.err(`${problemLine(before.problem)}\n`);
    return 2;
  }
  const { result, input } = await checkFiles(paths, options, terminal);
  const code = reportProblems({ ...result, files: input, workloads: result.examined }, options, terminal);
  if (code === 2) terminal.err(`hitless baseline: nothing is written, because ${visible(file)} would lack findings\n`);
  if (code === 2) return code;
  if (result.examined.length === 0) return nothingFound({ file, before: before?.baseline }, options, terminal);
  const found = entriesOf(result.examined);
  return write({ file, found, before: before?.baseline }, options, terminal);
}

/** A wrong folder would take every entry out. */
function nothingFound(
  { file, before }: Pick<Writing, 'file' | 'before'>,
  { prune }: BaselineOptions,
  terminal: Terminal,
): ExitCode {
  if (!prune || total(before?.entries ?? []) === 0) return 0;
  terminal.err(
    `hitless baseline: nothing is taken out of ${visible(file)}, because no workload was found: delete the file if there are none any more\n`,
  );
  return 2;
}

/** Undefined where there is none, and none is needed. */
function beforeIn(file: string, { prune }: BaselineOptions): ReturnType<typeof readBaseline> | undefined {
  if (!prune && !isThere(file)) return undefined;
  return isIrregular(file) ? { problem: { file, message: 'it is not a regular file' } } : readBaseline(file);
}

/** A folder, a device, a pipe: false where that is not known, which reading it tells. */
function isIrregular(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === false;
  } catch {
    return false;
  }
}

interface Writing {
  readonly file: string;
  readonly found: Found;
  readonly before: Baseline | undefined;
}

function write({ file, found, before }: Writing, { prune }: BaselineOptions, terminal: Terminal): ExitCode {
  const entries = prune ? pruned(before?.entries ?? [], countedEntries(found.entries)) : found.entries;
  try {
    for (const lost of writeBaseline(file, entries, before))
      terminal.err(`hitless baseline: ${visible(`${file} is written, but ${lost}`)}\n`);
  } catch (error) {
    terminal.err(`hitless baseline: ${visible(`${file} is not written: ${reasonOf(error)}`)}\n`);
    return 2;
  }
  const told = prune ? prunedText(entries, before?.entries ?? []) : writtenText(found, before);
  terminal.out(`${visible(file)}: ${told}\n`);
  return 0;
}

function prunedText(entries: readonly BaselineEntry[], before: readonly BaselineEntry[]): string {
  const gone = total(before) - total(entries);
  const left = total(entries);
  if (gone > 0) return `${count(gone, 'finding')} taken out, ${number(left)} ${left === 1 ? 'stays' : 'stay'}`;
  if (left === 0) return 'it holds no finding';
  return left === 1 ? 'its finding is still there' : `all ${count(left, 'finding')} are still there`;
}

function writtenText({ entries, workloads }: Found, before: Baseline | undefined): string {
  const what = `${count(total(entries), 'finding')} in ${count(workloads, 'workload')}`;
  if (before === undefined) return `${what}. With --baseline, hitless check counts only what is new.`;
  const [more, fewer] = [beyond(entries, before.entries), beyond(before.entries, entries)];
  return more + fewer === 0 ? `${what}, as before` : `${what}: ${number(more)} new, ${number(fewer)} gone`;
}
