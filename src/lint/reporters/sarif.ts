// Findings as SARIF 2.1.0, for code scanning.

import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { longList, visibleJsonPieces } from '../../text/json-pieces.ts';
import { version } from '../../version.ts';
import type { Problem } from '../../yaml/documents.ts';
import type { Position } from '../../yaml/position.ts';
import { byKindAndReason, type LocatedNotJudged, type NotJudgedKind } from '../not-judged.ts';
import { objectTitle } from '../object-reference.ts';
import { allDiagnostics, type FileDiagnostic, type LintResult } from '../result.ts';
import { type Topic, topics } from '../topics.ts';

export function* sarifOutput(result: LintResult): Generator<string> {
  const run = {
    tool: { driver: { name: 'hitless', version, rules: topics.map(ruleOf) } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: result.problems.length === 0,
        toolExecutionNotifications: [
          ...result.problems.map(notificationOf),
          ...byKindAndReason(result.notJudged).map(notJudgedNotification),
        ],
      },
    ],
    results: longList(allDiagnostics(result).map(resultOf)),
  };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  yield* visibleJsonPieces({ $schema: schema, version: '2.1.0', runs: [run] });
  yield '\n';
}

function ruleOf({ id, title, help, severity }: Topic) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: help },
    help: { text: help },
    defaultConfiguration: { level: severity },
  };
}

function resultOf(told: FileDiagnostic) {
  const { rule, severity, message, file, line, column, object } = told;
  return {
    ruleId: rule,
    ruleIndex: topics.findIndex(({ id }) => id === rule),
    level: severity,
    message: { text: `${objectTitle(object)}: ${message}` },
    locations: [placeOf(file, { line, column }, objectTitle(object))],
    partialFingerprints: { 'hitless/v1': fingerprint(told) },
  };
}

/** Stays the same for a finding that only moved to another line. */
function fingerprint({ file, rule, object, message }: FileDiagnostic): string {
  return createHash('sha256')
    .update([file, rule, objectTitle(object), message].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

function notificationOf({ file, line, column = 1, message }: Problem) {
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  return {
    level: 'error',
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }],
  };
}

/** One for each kind, with the places of its objects. */
function notJudgedNotification({ amount, reason, objects }: NotJudgedKind<LocatedNotJudged>) {
  return {
    level: 'note',
    message: { text: `${amount} not judged: ${reason}` },
    locations: objects.map(({ file, line, column, object }) => placeOf(file, { line, column }, objectTitle(object))),
  };
}

function placeOf(file: string, { line, column }: Position, title: string) {
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } },
    logicalLocations: [{ fullyQualifiedName: title, kind: 'resource' }],
  };
}

/** Relative to the working directory, as code scanning requires; a file elsewhere by its absolute URL. */
export function uriOf(file: string): string {
  const way = isAbsolute(file) ? relative(process.cwd(), file) : file;
  if (isAbsolute(way) || (isAbsolute(file) && way.startsWith('..'))) return pathToFileURL(file).href;
  return way.split(sep).map(encodeURIComponent).join('/');
}
