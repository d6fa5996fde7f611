// Findings as GitLab's Code Quality report: a list, each with a path, a line and a fingerprint of its own.

import { createHash } from 'node:crypto';
import type { Severity } from '../../rules/finding.ts';
import { longList, visibleJsonPieces } from '../../text/json-pieces.ts';
import { objectTitle } from '../object-reference.ts';
import { type FindingsReport, type FoundDiagnostic, type ReportedProblem, worstFirst } from '../report.ts';
import { filePath, placePath } from './location.ts';

/** The words that GitLab knows for them. */
const severityWords: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', note: 'info' };

export function* gitlabOutput(report: FindingsReport): Generator<string> {
  yield* visibleJsonPieces(longList(issuesOf(report)));
  yield '\n';
}

function* issuesOf(report: FindingsReport) {
  const fingerprint = fingerprints();
  yield* report.problems.map((problem) => problemIssue(problem, fingerprint));
  for (const found of worstFirst(report)) yield findingIssue(found, fingerprint);
}

type Fingerprint = (...parts: readonly string[]) => string;

/** GitLab leaves out all but one of those that are equal. */
function fingerprints(): Fingerprint {
  const used = new Map<string, number>();
  return (...parts) => {
    const hash = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
    const before = used.get(hash) ?? 0;
    used.set(hash, before + 1);
    return before === 0 ? hash : `${hash}-${before + 1}`;
  };
}

function findingIssue(found: FoundDiagnostic, fingerprint: Fingerprint) {
  const { rule, severity, message, object, line = 1 } = found;
  const path = placePath(found);
  return {
    description: `${objectTitle(object)}: ${message}`,
    check_name: `hitless/${rule}`,
    fingerprint: fingerprint(path, rule, objectTitle(object), message),
    severity: severityWords[severity],
    location: { path, lines: { begin: line } },
  };
}

/** One without a file is about the cluster. */
function problemIssue({ file, line = 1, message }: ReportedProblem, fingerprint: Fingerprint) {
  const path = file === undefined ? 'cluster' : filePath(file);
  return {
    description: message,
    check_name: 'hitless/unreadable',
    fingerprint: fingerprint(path, message),
    severity: 'blocker',
    location: { path, lines: { begin: line } },
  };
}
