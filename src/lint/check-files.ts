// The result of `check`: by a survey of the files, or by rendering the kustomizations among them.

import { notFolder } from '../files/read.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { acceptanceNotices } from './acceptance/notices.ts';
import { acceptanceOutcomeOf, withinLimits } from './acceptance/share-out.ts';
import { countedEntries } from './baseline/entries.ts';
import { type Reported, readInputs } from './inputs.ts';
import { examineAll, fileWorkload } from './lint.ts';
import type { LintResult } from './result.ts';
import { type SurveyOptions, survey } from './survey/survey.ts';

export interface Checked {
  readonly result: LintResult;
  readonly input: Reported['files'];
}

export async function checkFiles(
  paths: readonly string[],
  options: SurveyOptions,
  terminal: Terminal,
): Promise<Checked> {
  // What is piped is as much as its author wanted to have judged.
  const isWhole =
    options.isTouched === undefined && paths.every((path) => path === '-' || notFolder(path) === undefined);
  return (options.render ? rendered : surveyed)(paths, { ...options, isWhole }, terminal);
}

async function surveyed(paths: readonly string[], options: SurveyOptions, terminal: Terminal): Promise<Checked> {
  const { read, ...result } = await survey(paths, options, terminal);
  const input = read.map(({ bytes = new Uint8Array(), onDisk }) => ({ onDisk, text: Buffer.from(bytes).toString() }));
  return { result, input };
}

/** What is rendered is in memory as a whole. */
async function rendered(paths: readonly string[], options: SurveyOptions, terminal: Terminal): Promise<Checked> {
  const inputs = await readInputs(paths, options, terminal);
  const judged = examineAll(inputs, options.namespace).map(fileWorkload).map(inputs.acceptance.withoutKnown);
  const outcome = acceptanceOutcomeOf([inputs.acceptance.taken()], countedEntries(options.known?.entries ?? []));
  const examined = [...withinLimits(judged, outcome.limits[0] ?? new Map())];
  const { notJudged, problems, files } = inputs;
  const notices = [...inputs.notices, ...acceptanceNotices({ ...options, examined }, outcome)];
  return { result: { examined, notJudged, problems, notices, files: files.length }, input: files };
}
