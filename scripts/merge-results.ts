// Puts runs of `hitless lab` together that were made one after the other: `node scripts/merge-results.ts RESULT RUN...`, each a file
// of --json. Without single requests and without the lag, which belong to one run.

import { readFileSync, writeFileSync } from 'node:fs';
import { totalsOf } from '../src/measurement/analysis/count.ts';
import type { LabResult, RowResult } from '../src/measurement/lab/result.ts';
import { rowKey } from '../src/measurement/lab/rows.ts';

/** Each row once, with the measurements of all runs. @throws Error where they cannot be compared, or something was not measured */
export function mergeResults(runs: readonly LabResult[]): LabResult {
  const [first, ...others] = runs;
  if (first === undefined) throw new Error('no run to merge');
  const alike = ({ versions, rate }: LabResult) => JSON.stringify([versions, rate]);
  if (others.some((other) => alike(other) !== alike(first))) throw new Error('the runs differ in versions or rate');
  const failures = runs.flatMap((run) => run.failures);
  if (failures.length > 0) throw new Error(`something was not measured: ${failures.join('; ')}`);
  const { lag, recommendation, ...about } = first;
  return {
    ...about,
    command: [...new Set(runs.map(({ command }) => command))].join('; '),
    startedAt: runs.map(({ startedAt }) => startedAt).toSorted()[0] ?? first.startedAt,
    durationSeconds: runs.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0),
    rows: [
      ...Map.groupBy(
        runs.flatMap(({ rows }) => rows),
        rowKey,
      ).values(),
    ].map(mergeRow),
    timelines: [],
  };
}

function mergeRow(same: readonly RowResult[]): RowResult {
  const [first] = same;
  if (first === undefined) throw new Error('no row to merge');
  const rollouts = same.flatMap((row) => row.rollouts);
  return { ...first, rollouts, ...totalsOf(rollouts) };
}

if (import.meta.main) {
  const [result, ...runs] = process.argv.slice(2);
  if (result === undefined || runs.length === 0) throw new Error('usage: node scripts/merge-results.ts RESULT RUN...');
  const read = runs.map((file) => JSON.parse(readFileSync(file, 'utf8')) as LabResult);
  writeFileSync(result, `${JSON.stringify(mergeResults(read), null, 1)}\n`);
}
