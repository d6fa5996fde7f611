// Findings as workflow commands, which GitHub shows beside the lines of a pull request.

import { visible } from '../../text/hidden.ts';
import type { Problem } from '../../yaml/documents.ts';
import { byKindAndReason, type LocatedNotJudged, type NotJudgedKind } from '../not-judged.ts';
import { objectTitle } from '../object-reference.ts';
import { allDiagnostics, type FileDiagnostic, type LintResult } from '../result.ts';

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

export function* githubOutput(result: LintResult): Generator<string> {
  for (const problem of result.problems) yield `${problemCommand(problem)}\n`;
  for (const one of allDiagnostics(result)) yield `${findingCommand(one)}\n`;
  for (const kind of byKindAndReason(result.notJudged)) yield `${notJudgedCommand(kind)}\n`;
}

function findingCommand({ file, line, column, object, rule, severity, message }: FileDiagnostic): string {
  const properties = { file, line, col: column, title: `hitless ${rule}` };
  return command(commands[severity], properties, `${objectTitle(object)}: ${message}`);
}

function problemCommand({ file, line, column, message }: Problem): string {
  return command('error', { file, line, col: column, title: 'hitless' }, message);
}

/** At the first of them: the page of a run shows only ten of these. */
function notJudgedCommand({ amount, reason, objects }: NotJudgedKind<LocatedNotJudged>): string {
  const [{ file, line, column } = {}] = objects;
  return command('notice', { file, line, col: column, title: 'hitless' }, `${amount} not judged: ${reason}`);
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
