// `--resume`: what earlier runs measured counts, and what this one measures is kept.

import type { Collected, Span } from '../../measurement/lab/collect.ts';
import type { CountedMeasurement } from '../../measurement/lab/counted.ts';
import type { LabRow } from '../../measurement/lab/result.ts';
import { rowKey } from '../../measurement/lab/rows.ts';
import { openSavedRun, type SavedMeasurement } from '../../measurement/lab/saved-run.ts';
import type { LabSettings } from '../../measurement/lab/settings.ts';
import { version } from '../../version.ts';
import { commandOf } from './command-of.ts';
import type { LabOptions } from './lab-options.ts';

export interface Progressed {
  /** Measurements that are there already, by the key of their row. */
  readonly done: ReadonlyMap<string, number>;
  /** @throws Error with a sentence */
  readonly keep: (row: LabRow, counted: CountedMeasurement) => void;
  readonly span: () => Span;
}

/** Of a run that begins at its begin: nothing is done, and nothing kept. */
export function fromTheBegin(): Progressed {
  const startedAt = new Date().toISOString();
  const elapsed = stopwatch();
  return { done: new Map(), keep: () => {}, span: () => ({ startedAt, durationSeconds: Math.round(elapsed()) }) };
}

interface Resuming {
  readonly options: LabOptions;
  readonly settings: LabSettings;
  readonly kubernetes: string;
  readonly collected: Pick<Collected, 'addCounted'>;
}

/** Adds what `file` holds to `collected`. @throws Error with a sentence */
export function resumed(file: string, { options, settings, kubernetes, collected }: Resuming): Progressed {
  const saved = openSavedRun(file, {
    command: commandOf(options, irrelevant),
    measuredWith: {
      hitless: version,
      Kubernetes: kubernetes,
      'Node.js': process.version,
      'the fixes of the row all by': settings.webhook ? 'the webhook' : 'this program',
    },
  });
  const byKey = new Map(settings.rows.map((row) => [rowKey(row), row]));
  for (const { row, ...counted } of saved.measurements) collected.addCounted(rowNamed(file, row, byKey), counted);
  const earlier = saved.measurements.at(-1)?.elapsedSeconds ?? 0;
  const elapsed = stopwatch();
  const elapsedSeconds = () => Math.round(earlier + elapsed());
  return {
    done: countsOf(saved.measurements),
    keep: (row, counted) => saved.add({ row: rowKey(row), elapsedSeconds: elapsedSeconds(), ...counted }),
    span: () => ({ startedAt: saved.startedAt, durationSeconds: elapsedSeconds() }),
  };
}

/** Options that do not change what one measurement is. */
const irrelevant = { rollouts: undefined, parallel: undefined, startWithin: undefined, namespace: undefined };

function rowNamed(file: string, key: string, byKey: ReadonlyMap<string, LabRow>): LabRow {
  const row = byKey.get(key);
  if (row === undefined)
    throw new Error(`${file} holds measurements of the row "${key}", which this run does not have`);
  return row;
}

function countsOf(measurements: readonly SavedMeasurement[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(measurements, ({ row }) => row);
  return new Map([...groups].map(([row, own]) => [row, own.length]));
}

/** Seconds since it was made. */
function stopwatch(): () => number {
  const startedMs = performance.now();
  return () => (performance.now() - startedMs) / 1000;
}
