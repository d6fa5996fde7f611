// `hitless scan`: writes the findings of a cluster into it, as one report in each namespace that opted in, and records what the webhook
// missed.

import type { Api } from '../../cluster/client/api.ts';
import { readOwner } from '../../cluster/reports/owner.ts';
import type { OwnerName } from '../../cluster/reports/owner-kinds.ts';
import type { ReportSettings } from '../../cluster/reports/report.ts';
import { installedReportApis, type ReportApi } from '../../cluster/reports/report-apis.ts';
import type { ResultStatus } from '../../cluster/reports/statuses.ts';
import { type ReportsWritten, writeReports } from '../../cluster/reports/write-reports.ts';
import { readScanRecord, type StoredRecord } from '../../cluster/scan-record.ts';
import { acceptanceSettings, createAcceptance } from '../../lint/acceptance/acceptance.ts';
import type { IgnoreEntries } from '../../lint/configuration/ignore-entries.ts';
import type { ExitCode, Terminal } from '../../terminal/terminal.ts';
import { visible } from '../../text/hidden.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import { gapsOf } from '../gaps.ts';
import { type ClusterFlags, withCluster } from '../with-cluster.ts';
import { type ScanResult, scanJson, scanSentences, scanText } from './output.ts';
import { readFindings, type ScanFindings } from './read.ts';
import { recordScan } from './record.ts';

export interface ScanOptions extends ClusterFlags {
  readonly maxResults: number;
  readonly results: readonly ResultStatus[];
  readonly reportName: string;
  readonly owner?: OwnerName;
  readonly record?: NamespacedName;
  readonly mode: 'enforce' | 'audit';
  readonly reports: boolean;
  readonly dryRun?: true;
  readonly output: 'text' | 'json';
  /** What the configuration accepts. */
  readonly ignores?: IgnoreEntries;
}

/** 0: done, whatever was found. 2: something could not be read or written. */
export async function scan(options: ScanOptions, terminal: Terminal): Promise<ExitCode> {
  return withCluster({ name: 'scan', options, terminal }, async (api) => {
    const tell = (sentence: string) => terminal.err(`hitless scan: ${visible(sentence)}\n`);
    const place = await openPlace(api, options);
    const findings = await readFindings({
      ...{ api, cap: options.mode, before: place.stored?.record },
      beganMs: place.settings.now.getTime(),
      acceptance: createAcceptance(acceptanceSettings(options)),
    });
    const gaps = gapsOf(findings.gaps);
    for (const { message } of gaps) tell(message);
    if (gapsOf(findings.gaps.filter(isUnread)).some(({ grave }) => grave) || findings.gaps.some(isFatal)) {
      tell('nothing is written, because findings may be wrong without these');
      return 2;
    }
    const written = await finish(place, findings);
    const { reports: found, ...rest } = findings;
    const { reports: wantsReports, dryRun = false } = options;
    const result: ScanResult = { ...rest, found, written, reports: place.reports, dryRun, wantsReports };
    terminal.out(options.output === 'json' ? scanJson(result) : scanText(result));
    for (const sentence of scanSentences(result)) tell(sentence);
    const isDone = !wantsReports || (written !== undefined && written.failures.length === 0);
    return isDone ? 0 : 2;
  });
}

/** An object that cannot be used concerns its own namespace, whose tenants may have written it. */
function isUnread({ kind }: ScanFindings['gaps'][number]): boolean {
  return kind !== 'mistake';
}

/** Without the namespaces every report would look like one of a namespace that is gone. */
function isFatal(gap: ScanFindings['gaps'][number]): boolean {
  return gap.kind === 'forbidden' && gap.of === 'Namespace';
}

/** Where a scan writes. */
interface Place {
  readonly api: Api;
  readonly options: ScanOptions;
  readonly settings: ReportSettings;
  /** The APIs that are installed, the one to write first; none with --no-reports. */
  readonly reports: readonly ReportApi[];
  readonly stored?: StoredRecord | undefined;
}

/** @throws ApiError; Error where the owner or the ConfigMap does not exist */
async function openPlace(api: Api, options: ScanOptions): Promise<Place> {
  const { record, owner, maxResults, results: statuses, reportName: name } = options;
  const stored = record && (await readScanRecord(api, record));
  if (record !== undefined && stored === undefined)
    throw new Error(
      `there is no ConfigMap ${record.namespace}/${record.name}, which is to hold the record: nothing is written`,
    );
  const reference = owner && (await readOwner(api, owner));
  const reports = options.reports ? await installedReportApis(api) : [];
  const settings = { name, owner: reference, maxResults, statuses, now: await serverTime(api) };
  return { api, options, settings, reports, stored };
}

/** With which the times of objects are compared. */
async function serverTime(api: Api): Promise<Date> {
  let now = new Date();
  const answered = (date: Date) => {
    now = date;
  };
  await api.json({ path: '/version', answered });
  return now;
}

/** What the webhook missed is recorded even where no report can be written. undefined: no API for reports. */
async function finish(place: Place, findings: ScanFindings): Promise<ReportsWritten | undefined> {
  const { api, options, settings, reports, stored } = place;
  const { record, dryRun } = options;
  let failedReports = options.reports ? findings.reports.length : 0;
  try {
    const [first, ...others] = reports;
    if (first === undefined) return undefined;
    const target = { api, installed: [first, ...others] as const, settings, ...(dryRun && { dryRun }) };
    const written = await writeReports(target, findings.reports);
    failedReports = written.failures.length;
    return written;
  } finally {
    if (record !== undefined && stored !== undefined && dryRun !== true)
      await recordScan(api, record, { stored, findings, failedReports, completedMs: Date.now() });
  }
}
