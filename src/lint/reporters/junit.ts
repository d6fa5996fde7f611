// Findings as JUnit XML, which every pipeline can show: a test suite for each file or namespace, a test case for each workload. It is
// written suite by suite: of a large repository it would not fit into memory as a tree.

import type { Severity } from '../../rules/finding.ts';
import { html, type Markup } from '../../text/markup.ts';
import { homeOf, type ObjectReference, objectTitle } from '../object-reference.ts';
import type {
  FindingsReport,
  ReportedDiagnostic,
  ReportedNotJudged,
  ReportedProblem,
  ReportedWorkload,
} from '../report.ts';
import { isFailing } from '../result.ts';
import type { PolicyTrial } from '../trial/policy-trial.ts';
import { filePath } from './location.ts';
import type { ReportOptions } from './reporter.ts';
import { tallyText } from './totals.ts';
import { trialSentences } from './trial-sentences.ts';

interface Case {
  readonly suite: string;
  readonly className: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** What is in it. */
  readonly body: readonly (Markup | undefined)[];
}

export function* junitOutput(report: FindingsReport, { failOn }: ReportOptions): Generator<string> {
  yield html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hitless ${report.command}">
`.markup;
  let suite: Case[] = [];
  for (const one of casesOf(report, failOn)) {
    if (suite[0] !== undefined && suite[0].suite !== one.suite) {
      yield suiteText(suite);
      suite = [];
    }
    suite.push(one);
  }
  yield suiteText(suite);
  yield '</testsuites>\n';
}

function suiteText(cases: readonly Case[]): string {
  const [first] = cases;
  if (first === undefined) return '';
  const amount = (outcome: Case['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  return html`  <testsuite name="${first.suite}" tests="${cases.length}" failures="${amount('failure')}" errors="${amount('error')}" skipped="${amount('skipped')}">
${cases.map(caseMarkup)}  </testsuite>
`.markup;
}

function caseMarkup({ className, name, body }: Case): Markup {
  return html`    <testcase classname="${className}" name="${name}">${body}</testcase>
`;
}

function* casesOf(report: FindingsReport, failOn: Severity | 'never'): Generator<Case> {
  const { problems, examined, leftovers = [], notJudged, trial } = report;
  yield* problems.map(problemCase);
  for (const workload of examined) yield workloadCase(workload, failOn);
  yield* leftovers.map((one) => workloadCase({ object: one.object, diagnostics: [one] }, failOn));
  yield* notJudged.map(notJudgedCase);
  if (trial !== undefined) yield trialCase(trial);
}

function problemCase({ file, line, column, message, cluster = 'cluster' }: ReportedProblem): Case {
  const name = file === undefined ? cluster : filePath(file);
  const place = line === undefined ? '' : `${name}:${line}:${column ?? 1}: `;
  const body = [html`<error message="${message}" type="unreadable">${place}${message}</error>`];
  return { suite: 'input', className: 'hitless.input', name, outcome: 'error', body };
}

function workloadCase(workload: ReportedWorkload, failOn: Severity | 'never'): Case {
  const { diagnostics, ignored = [], skipped } = workload;
  const failing = diagnostics.filter(({ severity }) => isFailing([severity], failOn));
  const others = diagnostics.filter((one) => !failing.includes(one));
  const told = [
    ...others.map((one) => findingLine(workload, one)),
    ...ignored.map((one) => `${findingLine(workload, one)} (ignored: ${one.ignored.reason ?? one.ignored.where})`),
  ];
  const body = [
    skipped === undefined ? undefined : html`<skipped message="${skipped}"/>`,
    failing.length === 0 ? undefined : failure(workload, failing),
    told.length === 0 ? undefined : html`<system-out>${told.join('\n')}</system-out>`,
  ];
  const outcome = failing.length > 0 ? 'failure' : skipped === undefined ? 'passed' : 'skipped';
  return { ...titled(workload), outcome, body };
}

function failure(workload: ReportedWorkload, failing: readonly ReportedDiagnostic[]): Markup {
  const lines = failing.map((one) => findingLine(workload, one)).join('\n');
  return html`<failure message="${tallyText(failing)}" type="finding">${lines}</failure>`;
}

/** `deploy/web.yaml:12:3: warning pre-stop-sleep: ...`. */
function findingLine(
  { file }: ReportedWorkload,
  { severity, rule, message, line = 1, column = 1 }: ReportedDiagnostic,
): string {
  const place = file === undefined ? '' : `${filePath(file)}:${line}:${column}: `;
  return `${place}${severity} ${rule}: ${message}`;
}

function notJudgedCase(one: ReportedNotJudged): Case {
  return { ...titled(one), outcome: 'skipped', body: [html`<skipped message="not judged: ${one.reason}"/>`] };
}

function trialCase(trial: PolicyTrial): Case {
  const body = [html`<system-out>${trialSentences(trial).join('\n')}</system-out>`];
  return {
    suite: 'policies',
    className: 'hitless.policies',
    name: 'what the policies change',
    outcome: 'passed',
    body,
  };
}

function titled({ file, object }: { readonly file?: string; readonly object: ObjectReference }) {
  const home = homeOf(object);
  const suite = file === undefined ? home : filePath(file);
  return { suite, className: `hitless.${home}`, name: objectTitle(object) };
}
