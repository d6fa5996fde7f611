// The outputs of a command: what is wrong with them before the work begins, and the writing.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FindingsReport } from '../lint/report.ts';
import type { DetailFlags } from '../lint/reporters/detail.ts';
import { type OutputName, reporters } from '../lint/reporters/names.ts';
import { type OutputTarget, outputConflict } from '../lint/reporters/outputs.ts';
import type { Reporter, ReportOptions } from '../lint/reporters/reporter.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { errorWriter, firstUnwritable, writeOut } from './output-file.ts';

/** A clause; undefined if all can be written. `inputs`: files that must stay as they are. */
export async function outputMistake(
  outputs: readonly OutputTarget[],
  inputs: readonly string[] = [],
): Promise<string | undefined> {
  return outputConflict(outputs, inputs) ?? (await firstUnwritable(...outputs.map(({ file }) => file)));
}

type Pieces = Iterable<string> | Promise<Iterable<string>>;

export interface Writing {
  readonly outputs: readonly OutputTarget[];
  readonly terminal: Terminal;
  readonly options: DetailFlags & Pick<ReportOptions, 'failOn'>;
  readonly report: FindingsReport;
  /** What only this command says: the text in pieces. */
  readonly text: (terminal: Terminal) => Pieces;
  readonly json: () => Pieces;
}

/** Files first, because whoever reads standard output may stop. False when a file could not be written, which is reported. */
export async function writeOutputs(writing: Writing): Promise<boolean> {
  const { outputs, terminal, report } = writing;
  const writer = { name: report.command, terminal };
  let isWritten = true;
  for (const { format, file } of outputs) {
    if (file === undefined) continue;
    const pieces = inBlocks(await piecesOf(format, writing, withoutScreen(terminal)));
    isWritten = (await writeOut(file, pieces, writer)) && isWritten;
  }
  for (const { format, file } of outputs)
    if (file === undefined) await print(await piecesOf(format, writing, terminal), terminal);
  return isWritten;
}

async function piecesOf(format: OutputName, writing: Writing, to: Terminal): Promise<Iterable<string>> {
  const { options, terminal, report } = writing;
  if (format === 'text') return writing.text(to);
  if (format === 'json') return writing.json();
  const reporter: Reporter = await reporters[format]();
  return reporter(report, { detail: options, failOn: options.failOn, say: errorWriter(report.command, terminal) });
}

/** A file has neither colours nor a width. */
function withoutScreen({ width: _, ...terminal }: Terminal): Terminal {
  return { ...terminal, colour: { ...terminal.colour, out: false } };
}

const piecesInBlock = 200;

function* inBlocks(pieces: Iterable<string>): Generator<string> {
  let text = '';
  let waiting = 0;
  for (const piece of pieces) {
    text += piece;
    waiting += 1;
    if (waiting < piecesInBlock) continue;
    yield text;
    [text, waiting] = ['', 0];
  }
  yield text;
}

/** Whoever reads the output may stop, which we hear of between two turns. */
async function print(pieces: Iterable<string>, terminal: Terminal): Promise<void> {
  for (const block of inBlocks(pieces)) {
    terminal.out(block);
    await nextTurn();
  }
}
