// What a scan leaves for the next one and for the metrics of the webhook: a ConfigMap with one JSON document.

import { isObject, type Json, type JsonObject, objectAt, own } from '../workload/json.ts';
import type { NamespacedName } from '../workload/kubernetes.ts';
import { type Api, ApiError } from './client/api.ts';
import { apiResources, pathOf } from './client/resources.ts';

export interface ScanRecord {
  /** When the scan began to look at the cluster, and when it had seen all of it, in seconds since 1970. */
  readonly began: number;
  readonly completed: number;
  /** Namespaces whose report could not be written; with none of the APIs for reports, all of them. */
  readonly failedReports: number;
  /** By namespace, how many workloads lack what the webhook did not write; those without any are left out. */
  readonly missed: Readonly<Record<string, number>>;
  /** By the uid of such a workload, from when its pod template is, in seconds since 1970. */
  readonly missedUids: Readonly<Record<string, number>>;
  /** Of hitless, whose rules may differ. */
  readonly writer: string;
  /** By namespace, the fingerprint of what decided there. */
  readonly fingerprints: Readonly<Record<string, string>>;
}

/** With its version, for writes that hold only for it; undefined where there is no such ConfigMap. */
export interface StoredRecord {
  readonly version: string;
  /** Absent before the first scan, and where it cannot be read. */
  readonly record?: ScanRecord;
}

const key = 'scan.json';
/** Of the document; a ConfigMap holds 1 MiB. */
const mostBytes = 900_000;

/** @throws ApiError, or Error for no answer */
export async function readScanRecord(
  api: Api,
  { namespace, name }: NamespacedName,
  signal?: AbortSignal,
): Promise<StoredRecord | undefined> {
  try {
    const path = pathOf({ kind: apiResources.configMaps, namespace, name });
    const object = await api.json({ path, ...(signal && { signal }) });
    const record = parseRecord(own(objectAt(object, 'data'), key));
    return { version: `${own(objectAt(object, 'metadata'), 'resourceVersion')}`, ...(record && { record }) };
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}

/** False where another scan has written it meanwhile. @throws ApiError */
export async function writeScanRecord(
  api: Api,
  { namespace, name }: NamespacedName,
  { version, record }: Required<StoredRecord>,
): Promise<boolean> {
  try {
    await api.json({
      path: pathOf({ kind: apiResources.configMaps, namespace, name }),
      query: { fieldManager: 'hitless-scan' },
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion: version }, data: { [key]: formatRecord(record) } },
    });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 409) return false;
    throw error;
  }
}

/** Of a cluster with too many namespaces, what is remembered goes before what is counted. */
function formatRecord(record: ScanRecord): string {
  const text = JSON.stringify({ version: 1, ...record });
  if (Buffer.byteLength(text) <= mostBytes) return text;
  const most = Object.entries(record.missed).toSorted(([, a], [, b]) => b - a);
  const missed = Object.fromEntries(most.slice(0, mostNamespaces));
  return JSON.stringify({ version: 1, ...record, missed, missedUids: {}, fingerprints: {} });
}

const mostNamespaces = 5_000;

function parseRecord(text: Json | undefined): ScanRecord | undefined {
  const value = typeof text === 'string' ? parseJson(text) : undefined;
  if (!isObject(value) || value.version !== 1 || typeof value.completed !== 'number') return undefined;
  if (typeof value.began !== 'number') return undefined;
  const { began, completed, failedReports, writer } = value;
  return {
    began,
    completed,
    failedReports: typeof failedReports === 'number' ? failedReports : 0,
    writer: typeof writer === 'string' ? writer : '',
    missed: entriesOf(value, 'missed', isNumber),
    missedUids: entriesOf(value, 'missedUids', isNumber),
    fingerprints: entriesOf(value, 'fingerprints', (one): one is string => typeof one === 'string'),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function entriesOf<T>(value: JsonObject, field: string, fits: (one: unknown) => one is T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(objectAt(value, field)).filter((entry): entry is [string, T & Json] => fits(entry[1])),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
