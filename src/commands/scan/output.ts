// What a scan says: one line, and a sentence for what needs attention; or JSON:
// { version: 1,
//   summary:  { namespaces, workloads, missed, results: { fail, error, warn, skip, pass }, dryRun },
//   reports:  { api, created, updated, unchanged, ending, removed },                            absent: none were written
//   missed:   [{ object, written, rules }],                                                      written without the webhook
//   leftOut:  [{ namespace, count }],                                                            results without room in the report
//   failures: [{ namespace, reason }] }                                                          exit code 2

import { type ReportApi, reportApis, reportApiTitle } from '../../cluster/reports/report-apis.ts';
import { resultStatuses } from '../../cluster/reports/statuses.ts';
import type { ReportsWritten } from '../../cluster/reports/write-reports.ts';
import { count, number } from '../../text/count.ts';
import { visibleJson } from '../../text/hidden.ts';
import { listed } from '../../text/list.ts';
import type { Miss } from './misses.ts';
import type { ScanFindings } from './read.ts';

export interface ScanResult extends Omit<ScanFindings, 'reports'> {
  readonly reports: readonly ReportApi[];
  readonly found: ScanFindings['reports'];
  readonly written: ReportsWritten | undefined;
  readonly dryRun: boolean;
  /** false: with --no-reports. */
  readonly wantsReports: boolean;
}

export function scanJson(result: ScanResult): string {
  const { found, workloads, misses, written, reports, dryRun } = result;
  const results = Object.fromEntries(resultStatuses.map((status) => [status, countOf(result, status)]));
  const summary = { namespaces: found.length, workloads, missed: misses.length, results, dryRun };
  const [api] = reports;
  const told = {
    summary,
    ...(api && written && { reports: { api: reportApiTitle(api), ...written.outcomes } }),
    missed: misses.map(missJson),
    leftOut: written?.leftOut ?? [],
    failures: written?.failures ?? [],
  };
  return `${visibleJson({ version: 1, ...told })}\n`;
}

function missJson({ object, writtenMs, edits }: Miss) {
  return { object, written: new Date(writtenMs).toISOString(), rules: [...new Set(edits.map(({ rule }) => rule))] };
}

function countOf({ found }: ScanResult, status: string): number {
  return found.reduce((sum, { results }) => sum + results.filter(({ result }) => result === status).length, 0);
}

export function scanText(result: ScanResult): string {
  const { found, workloads, written, reports, dryRun } = result;
  const seen = `${count(workloads, 'workload')} in ${count(found.length, 'namespace')}`;
  const results = resultStatuses.map((status) => `${number(countOf(result, status))} ${status}`).join(', ');
  const [api] = reports;
  if (api === undefined || written === undefined) return `${seen}: ${results}\n`;
  const { created, updated, unchanged, removed, ending } = written.outcomes;
  const passed = ending === 0 ? '' : `, ${ending} passed over because the namespace is being deleted`;
  const not = dryRun ? ', not stored' : '';
  const outcome = `${created} created, ${updated} updated, ${unchanged} unchanged, ${removed} removed${passed}${not}`;
  return `${seen}: ${results}\n${reportApiTitle(api)}: ${outcome}\n`;
}

const mostNamed = 10;

/** What needs attention, a sentence each. */
export function scanSentences(result: ScanResult): readonly string[] {
  const { unread, remarks, misses, written, wantsReports, reports } = result;
  const missed = Array.from(
    Map.groupBy(misses, ({ object }) => object.namespace),
    ([namespace, own]) => missedSentence(namespace, own),
  );
  const leftOut = (written?.leftOut ?? []).map(
    ({ namespace, count: missing }) =>
      `the report of namespace ${namespace} has no room for ${count(missing, 'result')}: the worst ones are in it`,
  );
  const failures = (written?.failures ?? []).map(
    ({ namespace, reason }) => `the report of namespace ${namespace} could not be written: ${reason}`,
  );
  return [
    ...unreadSentences(unread),
    ...remarks,
    ...shortened(missed),
    ...shortened(leftOut),
    ...shortened(failures),
    ...(wantsReports && reports.length === 0 ? [noApi] : []),
  ];
}

const mostObjects = 5;

function missedSentence(namespace: string, misses: readonly Miss[]): string {
  const was = misses.length === 1 ? 'was' : 'were';
  const names = misses.slice(0, mostObjects).map(({ object }) => `${object.kind} ${object.name}`);
  const rest = misses.length - names.length;
  const objects = rest > 0 ? `${names.join(', ')} and ${number(rest)} more` : listed(names);
  return `namespace ${namespace}: ${count(misses.length, 'pod template')} ${was} written without hitless, which was not called or did not answer: ${objects}`;
}

const noApi = `the cluster has no API for reports, neither ${reportApis.map(reportApiTitle).join(' nor ')}: install the CustomResourceDefinitions of OpenReports, or scan with --no-reports`;

function unreadSentences(unread: ScanFindings['unread']): readonly string[] {
  if (unread.length === 0) return [];
  return [`no permission to list ${listed(unread.map(({ kind }) => kind.kind))} objects: they are not in the reports`];
}

function shortened(sentences: readonly string[]): readonly string[] {
  const rest = sentences.length - mostNamed;
  return rest <= 0 ? sentences : [...sentences.slice(0, mostNamed), `the same of ${count(rest, 'more namespace')}`];
}
