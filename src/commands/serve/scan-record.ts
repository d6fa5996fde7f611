// What the last scan found, as metrics of every process: a scan itself is over before anything could scrape it.

import type { Api } from '../../cluster/client/api.ts';
import { readScanRecord } from '../../cluster/scan-record.ts';
import type { Log } from '../../server/log.ts';
import type { Metrics } from '../../server/metrics.ts';
import { pause } from '../../timing.ts';
import type { NamespacedName } from '../../workload/kubernetes.ts';

export interface RecordFollower {
  readonly api: Api;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'scanned'>;
  /** Between two looks; absent: 30 s. */
  readonly everyMs?: number;
}

/** Looks at it again and again. While it cannot be read, what was seen last stays. Does nothing without a name. */
export function followScanRecord(
  name: NamespacedName | undefined,
  following: RecordFollower,
): { readonly stop: () => void } {
  const stopped = new AbortController();
  if (name !== undefined) void follow(name, following, stopped.signal);
  return { stop: () => stopped.abort() };
}

async function follow(name: NamespacedName, following: RecordFollower, signal: AbortSignal): Promise<void> {
  const { api, log, metrics, everyMs = 30_000 } = following;
  const record = `${name.namespace}/${name.name}`;
  let before = '';
  while (!signal.aborted) {
    let reason = '';
    try {
      const stored = await readScanRecord(api, name, signal);
      metrics.scanned(stored?.record);
      if (stored === undefined) reason = 'there is no such ConfigMap';
    } catch (error) {
      if (signal.aborted) return;
      reason = (error as Error).message;
    }
    if (reason !== '' && reason !== before)
      log.warn({ record, reason }, 'the record of the last scan cannot be read, retrying; answers are not affected');
    before = reason;
    await pause(everyMs, signal, { ref: false });
  }
}
