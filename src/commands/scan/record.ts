// The record of a scan, written at its end.

import type { Api } from '../../cluster/client/api.ts';
import { readScanRecord, type ScanRecord, type StoredRecord, writeScanRecord } from '../../cluster/scan-record.ts';
import { version } from '../../version.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';
import type { ScanFindings } from './read.ts';

export interface FinishedScan {
  readonly stored: StoredRecord;
  readonly findings: ScanFindings;
  readonly failedReports: number;
  readonly completedMs: number;
}

const mostTries = 5;
// More are not remembered one by one; each is found by itself again, as long as the objects tell.
const mostUids = 2_000;

/** Of two scans at once the later one counts. @throws ApiError */
export async function recordScan(api: Api, name: NamespacedName, finished: FinishedScan): Promise<void> {
  const record = recordOf(finished);
  let stored: StoredRecord | undefined = finished.stored;
  for (let tries = 0; stored !== undefined && tries < mostTries; tries += 1) {
    if (await writeScanRecord(api, name, { version: stored.version, record })) return;
    stored = await readScanRecord(api, name);
    if ((stored?.record?.completed ?? 0) >= record.completed) return;
  }
}

function recordOf({ findings, failedReports, completedMs }: FinishedScan): ScanRecord {
  const { misses, fingerprints, beganMs } = findings;
  const byNamespace = Map.groupBy(misses, ({ object }) => object.namespace);
  return {
    began: Math.floor(beganMs / 1000),
    completed: Math.floor(completedMs / 1000),
    failedReports,
    writer: version,
    missed: Object.fromEntries(Array.from(byNamespace, ([namespace, own]) => [namespace, own.length])),
    missedUids: Object.fromEntries(
      misses.slice(0, mostUids).map(({ uid, writtenMs }) => [uid, Math.floor(writtenMs / 1000)]),
    ),
    fingerprints,
  };
}
