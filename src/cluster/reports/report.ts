// The report of one namespace: its results and their summary, as both APIs have them.

import { leftOutAnnotation, reportLabel } from '../../names.ts';
import { equal, type Json, type JsonObject, objectAt, objectsAt, own } from '../../workload/json.ts';
import { apiVersionOf } from '../client/resources.ts';
import { limitResults } from './limit-results.ts';
import type { ReportApi } from './report-apis.ts';
import { type ResultStatus, resultStatuses } from './statuses.ts';

/** One result as it is stored, but for its time. */
export interface ReportResult extends JsonObject {
  readonly policy: string;
  readonly result: ResultStatus;
}

export interface NamespaceReport {
  readonly namespace: string;
  /** Worst first. */
  readonly results: readonly ReportResult[];
}

export interface ReportOwner extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface ReportSettings {
  /** Of the reports: the same in every namespace. */
  readonly name: string;
  /** Cluster-scoped, because no other object can own objects of all namespaces; absent: nothing owns them. */
  readonly owner?: ReportOwner | undefined;
  readonly maxResults: number;
  readonly statuses: readonly ResultStatus[];
  /** The API server's time. */
  readonly now: Date;
}

/** What a report should say; `metadata` holds only what is ours of it. */
export interface WantedReport {
  readonly body: JsonObject;
  /** How many results have no room in it. */
  readonly leftOut: number;
}

/** `stored`: the report as it is. A result that it has already keeps its time, so that a report without news is the same report. */
export function wantedReport(
  reports: ReportApi,
  { namespace, results }: NamespaceReport,
  { settings, stored }: { readonly settings: ReportSettings; readonly stored?: JsonObject | undefined },
): WantedReport {
  const { maxResults, statuses, now } = settings;
  const wanted = results.filter(({ result }) => statuses.includes(result));
  const timed = withTimes(wanted, { now, stored: objectsAt(stored ?? {}, 'results') });
  const { kept, leftOut } = limitResults(timed, maxResults);
  const limits = { maxResults, statusFilter: statuses };
  const body = {
    metadata: ownMetadata(settings, { stored: objectAt(stored ?? {}, 'metadata'), leftOut }),
    ...(reports.namesLimits && { source, configuration: { limits } }),
    scope: { apiVersion: 'v1', kind: 'Namespace', name: namespace },
    summary: Object.fromEntries(resultStatuses.map((status) => [status, countOf(results, status)])),
    results: kept,
  };
  return { body, leftOut };
}

const source = 'hitless';

function countOf(results: readonly ReportResult[], status: ResultStatus): number {
  return results.filter(({ result }) => result === status).length;
}

interface Times {
  readonly now: Date;
  readonly stored: readonly JsonObject[];
}

function withTimes(results: readonly ReportResult[], { now, stored }: Times): readonly JsonObject[] {
  const times = new Map(stored.map(({ timestamp, ...rest }) => [keyOf(rest), timestamp]));
  const fresh = { seconds: Math.floor(now.getTime() / 1000), nanos: 0 };
  return results.map((one) => {
    const whole = { ...one, source };
    return { ...whole, timestamp: times.get(keyOf(whole)) ?? fresh };
  });
}

/** The same whatever the order of the members is. */
function keyOf(result: JsonObject): string {
  return JSON.stringify(result, (_, value: Json) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

interface MetadataParts {
  readonly stored: JsonObject;
  readonly leftOut: number;
}

/** In a merge patch null removes an annotation; other owners, labels and annotations stay. */
function ownMetadata({ owner }: ReportSettings, { stored, leftOut }: MetadataParts): JsonObject {
  const others = objectsAt(stored, 'ownerReferences').filter(
    ({ kind, name }) => kind !== owner?.kind || name !== owner?.name,
  );
  return {
    labels: { [reportLabel.key]: reportLabel.value },
    annotations: { [leftOutAnnotation]: leftOut === 0 ? null : String(leftOut) },
    ...(owner !== undefined && { ownerReferences: [...others, owner] }),
  };
}

/** True when a merge patch with `body` would change nothing. */
export function saysSame(stored: JsonObject, { metadata, ...rest }: JsonObject): boolean {
  const { ownerReferences, ...maps } = metadata as JsonObject;
  const known = objectAt(stored, 'metadata');
  const sameMaps = Object.entries(maps).every(([field, wanted]) =>
    Object.entries(wanted as JsonObject).every(([key, value]) =>
      equal(own(objectAt(known, field), key) ?? null, value),
    ),
  );
  const sameOwners = ownerReferences === undefined || equal(own(known, 'ownerReferences'), ownerReferences);
  return sameMaps && sameOwners && Object.entries(rest).every(([field, value]) => equal(own(stored, field), value));
}

/** As it is created. */
export function newReport(reports: ReportApi, name: string, { metadata, ...rest }: JsonObject): JsonObject {
  const { annotations, ...parts } = metadata as JsonObject;
  const some = Object.entries(annotations as JsonObject).filter(([, value]) => value !== null);
  return {
    apiVersion: apiVersionOf(reports),
    kind: reports.kind,
    metadata: { ...parts, name, ...(some.length > 0 && { annotations: Object.fromEntries(some) }) },
    ...rest,
  };
}

/** False for one of that name that somebody else wrote. */
export function isOwnReport(report: JsonObject): boolean {
  return own(objectAt(objectAt(report, 'metadata'), 'labels'), reportLabel.key) === reportLabel.value;
}
