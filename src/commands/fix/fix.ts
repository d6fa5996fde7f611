// `hitless fix`: edits the manifests as the rules ask, and leaves everything else as it was.

import { reasonOf } from '../../files/reason.ts';
import { replaceFile } from '../../files/replace.ts';
import { type IsTouched, namedFiles } from '../../files/touched.ts';
import { editedFile, hasEdits } from '../../lint/edited-file.ts';
import type { InputFile } from '../../lint/inputs/read-files.ts';
import { type InputOptions, type Inputs, problemLine, readInputs, reportProblems } from '../../lint/inputs.ts';
import { type Examined, examineAll } from '../../lint/lint.ts';
import { countByKind, objectTitle } from '../../lint/object-reference.ts';
import { diffFor } from '../../terminal/diff.ts';
import { paint } from '../../terminal/style.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { count, number } from '../../text/count.ts';
import { visible } from '../../text/hidden.ts';
import type { Problem } from '../../yaml/documents.ts';
import type { Edited } from '../../yaml/edit.ts';
import { unifiedDiff } from '../../yaml/unified-diff.ts';

export interface FixOptions extends InputOptions {
  /** diff: shown only. write: in place. stdout: the whole new text of one input. */
  readonly to: 'diff' | 'write' | 'stdout';
  /** The only files and folders that are edited. */
  readonly only?: readonly string[];
}

/** 0: done, or nothing to do. 2: something could not be read or edited; the rest is done. */
export async function fix(paths: readonly string[], options: FixOptions, terminal: Terminal): Promise<ExitCode> {
  const { only } = options;
  const touched = only === undefined ? { kind: 'known' as const, isTouched: () => true } : namedFiles(only);
  if (touched.kind === 'failed') {
    terminal.err(`hitless fix: --only: ${visible(touched.why)}\n`);
    return 2;
  }
  const read = await readInputs([...paths, ...(only ?? [])], options, terminal);
  const inputs = { ...read, ...editable(read, touched.isTouched) };
  if (options.to === 'stdout' && inputs.files.length > 1) {
    terminal.err(
      `hitless fix: --stdout prints one manifest, but there are ${inputs.files.length}: name one file, or use --write\n`,
    );
    return 2;
  }
  const examined = examineAll(inputs, options.namespace);
  const byFile = Map.groupBy(examined, ({ document }) => document.file);
  const fixed = inputs.files.map((file) => fixFile(file, byFile.get(file.file) ?? [], { to: options.to, terminal }));
  const problems = fixed.flatMap((one) => one.problems);
  for (const problem of [...problems, ...fixed.flatMap((one) => one.notes)]) terminal.err(`${problemLine(problem)}\n`);
  const code = reportProblems(inputs, options, terminal);
  tellSummary({ examined, done: fixed.flatMap((one) => one.done), inputs }, options.to, terminal);
  return problems.length > 0 ? 2 : code;
}

function editable({ files, workloads, notJudged }: Inputs, isTouched: IsTouched) {
  return {
    files: files.filter(({ file }) => isTouched(file)),
    workloads: workloads.filter(({ file }) => isTouched(file)),
    notJudged: notJudged.filter(({ file }) => isTouched(file)),
  };
}

interface Fixed {
  readonly done: readonly Examined[];
  readonly problems: readonly Problem[];
  /** Remarks about a file that was written. */
  readonly notes: readonly Problem[];
}

function fixFile(
  file: InputFile,
  inFile: readonly Examined[],
  { to, terminal }: { to: FixOptions['to']; terminal: Terminal },
): Fixed {
  const edited = editedFile(file, inFile);
  try {
    const notes = put(file, edited, { to, terminal }).map((lost) => ({
      file: file.file,
      message: `written, but ${lost}`,
    }));
    return { done: edited.done, problems: edited.problems, notes };
  } catch (error) {
    const problem = { file: file.file, message: `not written: ${reasonOf(error)}` };
    return { done: [], problems: [...edited.problems, problem], notes: [] };
  }
}

/** Returns what the file lost in the process. */
function put(
  file: InputFile,
  { text, segments }: Edited,
  { to, terminal }: { to: FixOptions['to']; terminal: Terminal },
): readonly string[] {
  if (to === 'stdout') terminal.out(text);
  else if (to === 'diff') terminal.out(diffFor(unifiedDiff(file.file, segments), terminal));
  else if (text !== file.text) {
    if (!file.onDisk) throw new Error('standard input cannot be written in place: use --stdout');
    if (file.outside !== undefined)
      throw new Error(`a link leads to ${file.outside}, outside of the folders that were named: name that file`);
    return replaceFile(file.file, file.text, text);
  }
  return [];
}

interface Outcome {
  readonly examined: readonly Examined[];
  readonly done: readonly Examined[];
  readonly inputs: Inputs;
}

function tellSummary({ examined, done, inputs }: Outcome, to: FixOptions['to'], terminal: Terminal): void {
  if (examined.length === 0 || terminal.quiet) return;
  const style = paint(terminal.colour.err);
  for (const [file, ofFile] of Map.groupBy(done, ({ document }) => document.file)) {
    terminal.err(`${style('bold', visible(file))}\n`);
    for (const { object, diagnostics } of ofFile) {
      const edits = diagnostics.flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
      terminal.err(`  ${visible(objectTitle(object))}: ${visible(edits.join(', '))}\n`);
    }
  }
  tellByHand(examined, terminal);
  const isDone = new Set(done);
  const left = examined.filter((one) => hasEdits(one) && !isDone.has(one));
  const failed = `${countByKind(left.map(({ object }) => object))} could not be edited: the lines above say why`;
  if (done.length === 0) {
    const none = `Nothing to edit in ${countByKind(examined.map(({ object }) => object))}`;
    terminal.err(`${left.length > 0 ? failed : none}.\n`);
    return;
  }
  const verb = to === 'diff' ? 'would change' : 'changed';
  const files = `${countByKind(done.map(({ object }) => object))} of ${number(examined.length)} in ${count(inputs.files.length, 'file')} ${verb}`;
  const next = to === 'diff' ? '; nothing is written yet: use --write' : '';
  terminal.err(`${files}${next}.${left.length > 0 ? ` ${failed}.` : ''}\n`);
}

/** What no edit can fix, and what is not for these files to say. */
function tellByHand(examined: readonly Examined[], terminal: Terminal): void {
  const errors = examined.map((one) => ({
    ...one,
    diagnostics: one.diagnostics.filter(({ severity }) => severity === 'error'),
  }));
  tellAll('Left to do by hand', errors, terminal);
  const left = examined.map((one) => ({ ...one, diagnostics: one.left ?? [] }));
  tellAll('Left to overlays', left, terminal);
}

function tellAll(title: string, examined: readonly Examined[], terminal: Terminal): void {
  const lines = examined.flatMap(({ document, object, diagnostics }) =>
    diagnostics.map(({ line, column, message }) => ({
      file: document.file,
      line,
      column,
      message: `${objectTitle(object)}: ${message}`,
    })),
  );
  if (lines.length === 0) return;
  terminal.err(`${paint(terminal.colour.err)('bold', title)}\n`);
  for (const problem of lines) terminal.err(`  ${problemLine(problem)}\n`);
}
