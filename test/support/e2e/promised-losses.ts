// What was lost in rows that promise no loss, request by request: a count alone tells nobody why.

import type { LabResult } from '../../../src/measurement/lab/result.ts';
import { promisesNoLoss, rowKey } from '../../../src/measurement/lab/rows.ts';
import { isLost } from '../../../src/measurement/load/sample.ts';

/** A line for each lost request of the worst rollout of each such row. */
export function promisedLosses({ timelines }: LabResult): readonly string[] {
  return timelines.filter(promisesNoLoss).flatMap((row) => {
    const { samples, startedMs } = row.measurement;
    return samples.filter(isLost).map(({ lane, connection, outcome, detail, dueMs, sentMs, endMs }) => {
      const [due, late, took] = [dueMs - startedMs, sentMs - dueMs, endMs - sentMs].map(Math.round);
      const times = `due at ${due} ms, sent ${late} ms late, over ${took} ms later`;
      return `${rowKey(row)}: ${lane}, ${connection} connection, ${outcome} (${detail}), ${times}`;
    });
  });
}
