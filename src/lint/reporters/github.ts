// Findings as workflow commands, which GitHub shows beside the lines of a pull request, or in the log where no file holds the object.

import { visible } from '../../text/hidden.ts';
import { ignoredBy } from '../ignored.ts';
import { byKindAndReason, type NotJudgedKind } from '../not-judged.ts';
import { objectTitle } from '../object-reference.ts';
import {
  type FilePlace,
  type FindingsReport,
  type FoundDiagnostic,
  foundIn,
  type IgnoredFinding,
  ignoredIn,
  type ReportedNotJudged,
  type ReportedProblem,
} from '../report.ts';
import type { ReportOptions } from './reporter.ts';
import { trialSentences } from './trial-sentences.ts';

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

export function* githubOutput(report: FindingsReport, { detail }: ReportOptions): Generator<string> {
  for (const problem of report.problems) yield `${problemCommand(problem)}\n`;
  for (const one of foundIn(report)) yield `${findingCommand(one)}\n`;
  if (detail.showIgnored) for (const one of ignoredIn(report)) yield `${ignoredCommand(one)}\n`;
  for (const kind of byKindAndReason(report.notJudged)) yield `${notJudgedCommand(kind)}\n`;
  for (const sentence of trialSentences(report.trial))
    yield `${command('notice', { title: 'hitless policies' }, sentence)}\n`;
}

function findingCommand(found: FoundDiagnostic): string {
  const { object, rule, severity, message } = found;
  return command(
    commands[severity],
    { ...placeOf(found), title: `hitless ${rule}` },
    `${objectTitle(object)}: ${message}`,
  );
}

function ignoredCommand(found: IgnoredFinding): string {
  const { object, rule, message, ignored } = found;
  return command(
    'notice',
    { ...placeOf(found), title: `hitless ${rule}, ignored` },
    `${objectTitle(object)}: ${message} (${ignoredBy(ignored)})`,
  );
}

function problemCommand(problem: ReportedProblem): string {
  return command('error', { ...placeOf(problem), title: 'hitless' }, problem.message);
}

/** At the first of them: the page of a run shows only ten of these. */
function notJudgedCommand({ amount, reason, objects }: NotJudgedKind<ReportedNotJudged>): string {
  return command('notice', { ...placeOf(objects[0] ?? {}), title: 'hitless' }, `${amount} not judged: ${reason}`);
}

function placeOf({ file, line, column }: FilePlace): Properties {
  return { file, line, col: column };
}

type Properties = Readonly<Record<string, string | number | undefined>>;

function command(name: string, properties: Properties, message: string): string {
  const written = Object.entries(properties).filter(([, value]) => value !== undefined);
  return `::${name} ${written.map(([key, value]) => `${key}=${property(String(value))}`).join(',')}::${data(message)}`;
}

function data(text: string): string {
  return visible(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
