// A run of the lab against a fake cluster, and all that it told.

import type { LabMeasurement } from '../../../src/measurement/lab/measure.ts';
import { rowKey } from '../../../src/measurement/lab/rows.ts';
import { type LabRun, runLab } from '../../../src/measurement/lab/run.ts';
import { type FakeCluster, labSettings } from './fake-cluster.ts';

/** `error`: why it gave up; undefined when it did not. */
export async function experiment(cluster: FakeCluster, changes: Partial<LabRun> = {}) {
  const measured: LabMeasurement[] = [];
  const failed: string[] = [];
  const notes: string[] = [];
  const run: LabRun = {
    api: cluster.api,
    settings: labSettings({ rollouts: 10 }),
    signal: new AbortController().signal,
    measured: (_row, _round, one) => measured.push(one),
    failed: (row, round, error) => failed.push(`${rowKey(row)} ${round}: ${error.message}`),
    note: (text) => notes.push(text),
    ...changes,
  };
  const error = await runLab(run).then(
    () => undefined,
    (reason: Error) => reason.message,
  );
  return { error, measured, failed, notes };
}
