// All reports of a scan: those that are there are brought up to date or removed while they are listed, a page at a time, and then the
// missing ones are created. A namespace whose report cannot be written holds up no other.

import { reportLabel } from '../../names.ts';
import { type JsonObject, objectAt, own } from '../../workload/json.ts';
import { type Api, ApiError } from '../client/api.ts';
import { concernsAll } from '../client/concerns-all.ts';
import { pagesOf } from '../client/pages.ts';
import { collectionOf } from '../client/resources.ts';
import { isOwnReport, type NamespaceReport, type ReportSettings } from './report.ts';
import type { ReportApi } from './report-apis.ts';
import { ForeignReport, type ReportTarget, removeReport, type WriteOutcome, writeReport } from './write-report.ts';

export interface ReportsOptions {
  readonly api: Api;
  /** The first one is written. Reports in the others are from a time when it was not installed, and go. */
  readonly installed: readonly [ReportApi, ...ReportApi[]];
  readonly settings: ReportSettings;
  readonly dryRun?: boolean;
}

export interface ReportFailure {
  readonly namespace: string;
  readonly reason: string;
}

export interface ReportsWritten {
  readonly outcomes: Record<WriteOutcome | 'removed', number>;
  /** Namespaces with more results than their report can hold, and how many it lacks. */
  readonly leftOut: { readonly namespace: string; readonly count: number }[];
  readonly failures: ReportFailure[];
}

/** @throws ApiError where reports may not be listed or written at all, Error for no answer */
export async function writeReports(
  { installed, ...options }: ReportsOptions,
  wanted: readonly NamespaceReport[],
): Promise<ReportsWritten> {
  const written: ReportsWritten = {
    outcomes: { created: 0, updated: 0, unchanged: 0, ending: 0, removed: 0 },
    leftOut: [],
    failures: [],
  };
  const missing = new Map(wanted.map((one) => [one.namespace, one]));
  const [chosen, ...others] = installed.map((reports) => ({ ...options, reports })) as [ReportTarget];
  for await (const stored of ownReports(chosen)) {
    const namespace = namespaceIn(stored);
    const report = missing.get(namespace);
    missing.delete(namespace);
    if (report === undefined) await remove(chosen, stored, written);
    else await write(chosen, { report, stored }, written);
  }
  for (const report of missing.values()) await write(chosen, { report }, written);
  for (const target of others) for await (const stored of ownReports(target)) await remove(target, stored, written);
  return written;
}

function namespaceIn(report: JsonObject): string {
  return `${own(objectAt(report, 'metadata'), 'namespace')}`;
}

const pageSize = 50;

async function* ownReports({ api, reports, settings }: ReportTarget): AsyncGenerator<JsonObject, void, undefined> {
  const path = collectionOf(reports);
  // With the name, permissions that are limited to it are enough.
  const query = {
    labelSelector: `${reportLabel.key}=${reportLabel.value}`,
    fieldSelector: `metadata.name=${settings.name}`,
  };
  // An API server of somebody else's may take no notice of selectors.
  for await (const items of pagesOf(api, { path, pageSize, query }))
    yield* items.filter((one) => isOwnReport(one) && own(objectAt(one, 'metadata'), 'name') === settings.name);
}

interface Write {
  readonly report: NamespaceReport;
  readonly stored?: JsonObject;
}

async function write(target: ReportTarget, { report, stored }: Write, written: ReportsWritten): Promise<void> {
  const { namespace } = report;
  await attempt(namespace, written, async () => {
    const { outcome, leftOut } = await writeReport(target, report, stored);
    written.outcomes[outcome] += 1;
    if (leftOut > 0) written.leftOut.push({ namespace, count: leftOut });
  });
}

async function remove(target: ReportTarget, stored: JsonObject, written: ReportsWritten): Promise<void> {
  await attempt(namespaceIn(stored), written, async () => {
    if (await removeReport(target, stored)) written.outcomes.removed += 1;
  });
}

async function attempt(namespace: string, { failures }: ReportsWritten, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isItsOwn = error instanceof ForeignReport || (error instanceof ApiError && !concernsAll(error));
    if (!isItsOwn) throw error;
    failures.push({ namespace, reason: error.message });
  }
}
