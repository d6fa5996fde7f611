// The report of one namespace, written where it says something else than before. Whoever else writes it meanwhile is not overwritten: the
// write is for the version that was read, and is made again from the newer one.

import { pause } from '../../timing.ts';
import { type JsonObject, objectAt, own } from '../../workload/json.ts';
import { type Api, ApiError, type Call } from '../client/api.ts';
import { apiResources, collectionOf, pathOf } from '../client/resources.ts';
import { isOwnReport, type NamespaceReport, newReport, type ReportSettings, saysSame, wantedReport } from './report.ts';
import type { ReportApi } from './report-apis.ts';

/** ending: the namespace is being deleted, or gone. */
export type WriteOutcome = 'created' | 'updated' | 'unchanged' | 'ending';

export interface Written {
  readonly outcome: WriteOutcome;
  /** How many results have no room in it. */
  readonly leftOut: number;
}

/** Somebody else's report has the name of ours. */
export class ForeignReport extends Error {}

export interface ReportTarget {
  readonly api: Api;
  readonly reports: ReportApi;
  readonly settings: ReportSettings;
  /** Validated by the API server, and not stored. */
  readonly dryRun?: boolean;
}

const mostTries = 6;
const pauseMs = 100;

/** `known`: the report as a list had it. @throws ApiError, ForeignReport */
export async function writeReport(target: ReportTarget, report: NamespaceReport, known?: JsonObject): Promise<Written> {
  let stored = known;
  for (let tries = 1; ; tries += 1) {
    try {
      return await writeOnce(target, report, stored);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (await isEnding(target.api, report.namespace, error)) return { outcome: 'ending', leftOut: 0 };
      if ((error.code !== 409 && error.code !== 404) || tries === mostTries) throw error;
      await pause(pauseMs * tries * Math.random(), new AbortController().signal);
      stored = await readReport(target, report.namespace);
    }
  }
}

async function writeOnce(target: ReportTarget, report: NamespaceReport, stored?: JsonObject): Promise<Written> {
  const { api, reports, settings } = target;
  if (stored !== undefined && !isOwnReport(stored)) throw new ForeignReport(foreignText(target, report.namespace));
  const { body, leftOut } = wantedReport(reports, report, { settings, stored });
  if (stored === undefined) {
    await api.json(creation(target, report.namespace, body));
    return { outcome: 'created', leftOut };
  }
  if (saysSame(stored, body)) return { outcome: 'unchanged', leftOut };
  await api.json(update(target, report.namespace, { stored, body }));
  return { outcome: 'updated', leftOut };
}

function foreignText({ reports, settings }: ReportTarget, namespace: string): string {
  return `${reports.kind} ${namespace}/${settings.name} was not written by hitless, so it stays as it is`;
}

function query({ dryRun }: ReportTarget): NonNullable<Call['query']> {
  return { fieldManager: 'hitless-scan', ...(dryRun && { dryRun: 'All' }) };
}

function creation(target: ReportTarget, namespace: string, body: JsonObject): Call {
  const { reports, settings } = target;
  const report = newReport(reports, settings.name, body);
  return { path: collectionOf(reports, namespace), query: query(target), method: 'POST', body: report };
}

interface Change {
  readonly stored: JsonObject;
  readonly body: JsonObject;
}

function update(target: ReportTarget, namespace: string, { stored, body }: Change): Call {
  const { reports, settings } = target;
  const resourceVersion = own(objectAt(stored, 'metadata'), 'resourceVersion');
  return {
    path: pathOf({ kind: reports, namespace, name: settings.name }),
    query: query(target),
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    body: { ...body, metadata: { ...objectAt(body, 'metadata'), resourceVersion } },
  };
}

/** Undefined where there is none. */
async function readReport(
  { api, reports, settings }: ReportTarget,
  namespace: string,
): Promise<JsonObject | undefined> {
  try {
    return await api.json({ path: pathOf({ kind: reports, namespace, name: settings.name }) });
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}

/** The API server refuses new objects in a namespace that is being deleted as if they were forbidden. */
async function isEnding(api: Api, name: string, { code }: ApiError): Promise<boolean> {
  if (code !== 403 && code !== 404) return false;
  try {
    const { metadata } = await api.json({ path: pathOf({ kind: apiResources.namespaces, name }) });
    return own(metadata as JsonObject, 'deletionTimestamp') !== undefined;
  } catch (error) {
    return error instanceof ApiError && error.code === 404;
  }
}

/** True when there was one to remove. It goes only as it was listed. @throws ApiError */
export async function removeReport({ api, reports, dryRun }: ReportTarget, listed: JsonObject): Promise<boolean> {
  const { namespace, name, uid, resourceVersion } = objectAt(listed, 'metadata');
  const path = pathOf({ kind: reports, namespace: `${namespace}`, name: `${name}` });
  const body = { preconditions: { uid, resourceVersion } };
  try {
    await api.json({ path, method: 'DELETE', ...(dryRun && { query: { dryRun: 'All' } }), body });
    return true;
  } catch (error) {
    // Gone, or somebody has just written it.
    if (error instanceof ApiError && (error.code === 404 || error.code === 409)) return false;
    throw error;
  }
}
