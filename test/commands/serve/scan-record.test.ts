// What the record of a scan looks like in the metrics of a process.

import { expect, it } from 'vitest';
import { type Api, ApiError } from '../../../src/cluster/client/api.ts';
import { followScanRecord } from '../../../src/commands/serve/scan-record.ts';
import type { Log } from '../../../src/server/log.ts';
import { createMetrics } from '../../../src/server/metrics.ts';

const name = { namespace: 'hs', name: 'hitless-scan' };
const holding = (record: object) => ({
  metadata: {},
  data: { 'scan.json': JSON.stringify({ version: 1, began: 90, ...record }) },
});

function followed(answers: readonly (object | number)[]) {
  const metrics = createMetrics('test', { ofProcess: false });
  const warnings: unknown[] = [];
  let asked = 0;
  const done = Promise.withResolvers<void>();
  const api: Api = {
    json: async () => {
      const answer = answers[asked];
      asked += 1;
      // What comes after the last one is never answered.
      if (answer === undefined) {
        done.resolve();
        return new Promise(() => undefined);
      }
      if (typeof answer === 'number') throw new ApiError(answer, `said ${answer}`);
      return answer as never;
    },
    stream: () => Promise.reject(new Error('nothing is watched')),
  };
  const log = { warn: (fields: { reason: string }) => warnings.push(fields.reason) } as unknown as Log;
  const { stop } = followScanRecord(name, { api, log, metrics, everyMs: 1 });
  const lines = async () => {
    await done.promise;
    stop();
    return (await metrics.text()).split('\n').filter((line) => /^hitless_(missed|scan)/.test(line));
  };
  return { lines, warnings };
}

it('is the last one, and namespaces that have nothing missed any more are gone', async () => {
  const { lines, warnings } = followed([
    holding({ completed: 100, failedReports: 2, missed: { shop: 2, web: 1 } }),
    holding({ completed: 200, failedReports: 0, missed: { web: 3 } }),
  ]);
  expect(await lines()).toEqual([
    'hitless_scan_completed_timestamp_seconds 200',
    'hitless_scan_failed_reports 0',
    'hitless_missed_workloads{namespace="web"} 3',
  ]);
  expect(warnings).toEqual([]);
});

it('has no samples before the first scan', async () => {
  const { lines, warnings } = followed([{ metadata: {} }]);
  expect(await lines()).toEqual([]);
  expect(warnings).toEqual([]);
});

it('stays what it was while it cannot be read, which is said once', async () => {
  const { lines, warnings } = followed([holding({ completed: 100, missed: { shop: 1 } }), 403, 403, 500]);
  expect(await lines()).toContain('hitless_missed_workloads{namespace="shop"} 1');
  expect(warnings).toEqual(['said 403', 'said 500']);
});

it('goes with its ConfigMap', async () => {
  const { lines, warnings } = followed([holding({ completed: 100, missed: { shop: 1 } }), 404]);
  expect(await lines()).toEqual([]);
  expect(warnings).toEqual(['there is no such ConfigMap']);
});
