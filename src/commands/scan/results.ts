// What was found in one workload, as results of a report.

import type { ReportResult } from '../../cluster/reports/report.ts';
import { type ResultStatus, resultStatuses } from '../../cluster/reports/statuses.ts';
import type { Diagnostic, IgnoredDiagnostic, JudgedWorkload } from '../../lint/diagnostic.ts';
import type { ResolvedPolicy } from '../../policy/policy.ts';
import type { Severity } from '../../rules/finding.ts';
import { rules } from '../../rules/rules.ts';
import { visible } from '../../text/hidden.ts';
import { listed } from '../../text/list.ts';
import { truncateLine } from '../../text/truncate.ts';
import type { JsonObject } from '../../workload/json.ts';
import { kindOf } from '../../workload/kinds/kinds.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Miss } from './misses.ts';

export interface ScannedWorkload {
  readonly workload: Workload;
  readonly judged: JudgedWorkload;
  readonly policy: ResolvedPolicy;
  /** Of its namespace. */
  readonly mode: string;
  readonly miss?: Miss | undefined;
}

/** The policy of a result about a workload that was written without the webhook. */
export const missedPolicy = 'missed-by-webhook';

/**
 * Errors and warnings are what `check` fails at by default. A note is advice: `warn` is the API's word for what is not met and does not count.
 */
const outcomes: Readonly<Record<Severity, { readonly result: ResultStatus; readonly severity: string }>> = {
  error: { result: 'fail', severity: 'high' },
  warning: { result: 'fail', severity: 'medium' },
  note: { result: 'warn', severity: 'low' },
};

const longestMessage = 1_000;

interface Outcome {
  readonly policy: string;
  readonly result: ResultStatus;
  readonly severity?: string;
  readonly message: string;
  readonly properties: JsonObject;
}

export function resultsOf(scanned: ScannedWorkload): readonly ReportResult[] {
  const { judged, miss } = scanned;
  const subject = [subjectOf(scanned)];
  const found: readonly Outcome[] =
    judged.skipped !== undefined
      ? [{ policy: 'hitless', result: 'skip', message: judged.skipped, properties: {} }]
      : [
          ...(miss === undefined ? [] : [missOutcome(miss, scanned)]),
          ...judged.diagnostics.map(diagnosticOutcome),
          ...(judged.ignored ?? []).map(ignoredOutcome),
          ...passOutcomes(scanned),
        ];
  return found.map(({ message, properties, ...rest }) => ({
    ...rest,
    rule: rest.policy,
    category,
    message: truncateLine(visible(message), longestMessage),
    scored: rest.result === 'pass' || rest.result === 'fail',
    resources: subject,
    properties: { mode: scanned.mode, ...properties },
  }));
}

const category = 'Rolling updates';

function subjectOf({ workload: { apiVersion, kind, metadata } }: ScannedWorkload): JsonObject {
  const { namespace, name, uid } = metadata as unknown as Record<string, string>;
  return { apiVersion, kind, namespace, name, uid } as JsonObject;
}

function diagnosticOutcome({ rule, severity, message, summary }: Diagnostic): Outcome {
  const edit = summary === undefined ? {} : { edit: visible(summary) };
  return { policy: rule, ...outcomes[severity], message, properties: { finding: severity, ...edit } };
}

function ignoredOutcome({ ignored, ...found }: IgnoredDiagnostic): Outcome {
  const { where, reason } = ignored;
  const { policy, message, properties } = diagnosticOutcome(found);
  const why = reason === undefined ? {} : { reason: truncateLine(visible(reason), longestMessage) };
  return { policy, result: 'skip', message, properties: { ...properties, acceptedBy: visible(where), ...why } };
}

/** A rule that its policy switches off has not judged anything. */
function passOutcomes({ judged, policy }: ScannedWorkload): readonly Outcome[] {
  const told = new Set([...judged.diagnostics, ...(judged.ignored ?? [])].map(({ rule }) => rule));
  const quiet = rules.filter(({ id, section }) => {
    return !told.has(id) && (section === undefined || policy.spec[section].action !== 'off');
  });
  return quiet.map(({ id }) => ({ policy: id, result: 'pass', message: 'nothing found', properties: {} }));
}

function missOutcome({ writtenMs, edits }: Miss, { workload }: ScannedWorkload): Outcome {
  const { kind, metadata } = workload;
  const what = listed([...new Set(edits.map(({ summary }) => summary))]);
  const at = `${new Date(writtenMs).toISOString().slice(0, 19)}Z`;
  // Of a Rollout a restart does not change the template.
  const restart = `, such as kubectl -n ${metadata.namespace} rollout restart ${kind.toLowerCase()}/${metadata.name}`;
  const how = kindOf(workload).group === 'apps' ? restart : '';
  return {
    policy: missedPolicy,
    result: 'fail',
    severity: 'high',
    message: `the pod template of ${at} was written without hitless, which was not called or did not answer, and lacks ${what}: it gets that with its next change${how}`,
    properties: { written: at, rules: [...new Set(edits.map(({ rule }) => rule))].join(' ') },
  };
}

const severities = ['high', 'medium', 'low'];

/** Worst first, and always in the same order. */
export function compareResults(a: ReportResult, b: ReportResult): number {
  const [one, other] = [rankOf(a), rankOf(b)];
  return one - other || compareTexts(keyOf(a), keyOf(b));
}

function rankOf({ result, severity }: ReportResult): number {
  const place = severities.indexOf(`${severity}`);
  return resultStatuses.indexOf(result) * 10 + (place === -1 ? severities.length : place);
}

function keyOf({ resources, policy, message }: ReportResult): string {
  const [{ kind, name } = {}] = resources as readonly JsonObject[];
  return [kind, name, policy, message].join('\n');
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
