// The parts of a SARIF log: rules, results with their fixes and suppressions, notifications.

import type { TextEdit } from '../../yaml/text-edit.ts';
import type { Ignored } from '../diagnostic.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { NotJudgedKind } from '../not-judged.ts';
import { type ObjectReference, objectTitle } from '../object-reference.ts';
import type { FilePlace, FoundDiagnostic, ReportedNotJudged, ReportedProblem } from '../report.ts';
import { auditTopics, type Topic, topicUrl } from '../topics.ts';
import type { DetailFlags } from './detail.ts';
import { placeUri, uriOf } from './location.ts';
import { topicMarkdown } from './topic-markdown.ts';

export function sarifRule(topic: Topic) {
  const { id, title, help, severity } = topic;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: help },
    helpUri: topicUrl(id),
    help: { text: help, markdown: topicMarkdown(topic) },
    defaultConfiguration: { level: severity },
    // As GitHub shows and filters alerts.
    properties: {
      tags: ['kubernetes', 'availability'],
      'problem.severity': severity === 'note' ? 'recommendation' : severity,
    },
  };
}

/** Where some results are suppressed, all say whether they are, as SARIF asks. */
export function sarifResult(found: FoundDiagnostic, { showIgnored }: DetailFlags = {}) {
  const { rule, severity, message, object, edit, ignored } = found;
  return {
    ruleId: rule,
    ruleIndex: auditTopics.findIndex(({ id }) => id === rule),
    level: severity,
    message: { text: `${objectTitle(object)}: ${message}` },
    locations: [placeOf(found)],
    partialFingerprints: { 'hitless/v2': fingerprintOf(object, found) },
    ...(edit !== undefined && { fixes: [fixOf(found, edit)] }),
    ...(showIgnored && { suppressions: ignored === undefined ? [] : [suppressionOf(ignored)] }),
  };
}

function fixOf({ file = '', summary = '' }: FoundDiagnostic, { replacements }: TextEdit) {
  const replaced = replacements.map(({ from, to, text }) => ({
    deletedRegion: { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column },
    insertedContent: { text },
  }));
  const change = { artifactLocation: { uri: uriOf(file) }, replacements: replaced };
  return { description: { text: summary }, artifactChanges: [change] };
}

function suppressionOf({ by, where, reason }: Ignored) {
  const justification = reason === undefined ? where : `${reason} (${where})`;
  return { kind: by === 'annotation' ? 'inSource' : 'external', status: 'accepted', justification };
}

export function problemNotification({ file, line, column = 1, message }: ReportedProblem) {
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  const location = file !== undefined && { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } };
  return { level: 'error', message: { text: message }, ...(location && { locations: [location] }) };
}

/** One for each kind, with the places of its objects. */
export function notJudgedNotification({ amount, reason, objects }: NotJudgedKind<ReportedNotJudged>) {
  return { level: 'note', message: { text: `${amount} not judged: ${reason}` }, locations: objects.map(placeOf) };
}

/** Of an object that no file holds, its name is the path: GitHub refuses a result without one. */
function placeOf(placed: FilePlace & { readonly object: ObjectReference }) {
  const { line = 1, column = 1, object } = placed;
  return {
    physicalLocation: {
      artifactLocation: { uri: placeUri(placed) },
      region: { startLine: line, startColumn: column },
    },
    logicalLocations: [{ fullyQualifiedName: objectTitle(object), kind: 'resource' }],
  };
}
