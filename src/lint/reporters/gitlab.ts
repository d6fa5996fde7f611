// Findings as GitLab's Code Quality report: a list, each with a path, a line and a fingerprint of its own.

import type { Severity } from '../../rules/finding.ts';
import { longList, visibleJsonPieces } from '../../text/json-pieces.ts';
import { fingerprintFrom, fingerprintOf } from '../fingerprint.ts';
import { objectTitle } from '../object-reference.ts';
import { type FindingsReport, type FoundDiagnostic, type ReportedProblem, worstFirst } from '../report.ts';
import { filePath, placePath } from './location.ts';
import { trialSentences } from './trial-sentences.ts';

/** The words that GitLab knows for them. */
const severityWords: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', note: 'info' };

export function* gitlabOutput(report: FindingsReport): Generator<string> {
  yield* visibleJsonPieces(longList(issuesOf(report)));
  yield '\n';
}

function* issuesOf(report: FindingsReport) {
  const distinct = distinctFingerprints();
  yield* report.problems.map((problem) => problemIssue(problem, distinct));
  for (const found of worstFirst(report)) yield findingIssue(found, distinct);
  yield* trialSentences(report.trial).map((sentence) => trialIssue(sentence, distinct));
}

type Distinct = (fingerprint: string) => string;

/** GitLab leaves out all but one of those that are equal. */
function distinctFingerprints(): Distinct {
  const used = new Map<string, number>();
  return (fingerprint) => {
    const before = used.get(fingerprint) ?? 0;
    used.set(fingerprint, before + 1);
    return before === 0 ? fingerprint : `${fingerprint}-${before + 1}`;
  };
}

function findingIssue(found: FoundDiagnostic, distinct: Distinct) {
  const { rule, severity, message, object, line = 1 } = found;
  const path = placePath(found);
  return {
    description: `${objectTitle(object)}: ${message}`,
    check_name: `hitless/${rule}`,
    fingerprint: distinct(fingerprintOf(object, found)),
    severity: severityWords[severity],
    location: { path, lines: { begin: line } },
  };
}

/** One without a file is about the cluster. */
function problemIssue({ file, line = 1, message, cluster = 'cluster' }: ReportedProblem, distinct: Distinct) {
  const path = file === undefined ? cluster : filePath(file);
  return {
    description: message,
    check_name: 'hitless/unreadable',
    fingerprint: distinct(fingerprintFrom(path, message)),
    severity: 'blocker',
    location: { path, lines: { begin: line } },
  };
}

function trialIssue(sentence: string, distinct: Distinct) {
  return {
    description: sentence,
    check_name: 'hitless/policies',
    fingerprint: distinct(fingerprintFrom('policies', sentence)),
    severity: severityWords.note,
    location: { path: 'cluster', lines: { begin: 1 } },
  };
}
