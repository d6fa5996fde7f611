// Samples by the million: kept in columns of plain numbers, sent as JSON in columns, and unpacked again.

import { samplesFormat } from '../../names.ts';
import { type Traffic, trafficKinds } from '../traffic.ts';
import { outcomes, type RequestOutcome, type Sample } from './sample.ts';

/**
 * One value per sample in each column, in the order in which outcomes became known. Times are whole microseconds: `due` after
 * baseMs (milliseconds since 1970), `late` from due to sent, `took` from due to end. `lane`, `outcome`, `pod` and `detail` are
 * indexes of `names`; pod, detail, status and request are -1 where there is none. `reused` is 0 or 1.
 */
export interface PackedSamples {
  readonly format: typeof samplesFormat;
  readonly baseMs: number;
  /** How many samples were not kept. */
  readonly dropped: number;
  readonly names: Readonly<Record<'lane' | 'outcome' | 'pod' | 'detail', readonly string[]>>;
  readonly columns: Readonly<Record<ColumnName, readonly number[]>>;
}

const columnNames = [
  ...(['due', 'late', 'took', 'lane', 'reused', 'outcome', 'status', 'detail', 'pod', 'retries'] as const),
  'request',
] as const;

type ColumnName = (typeof columnNames)[number];

type Columns = PackedSamples['columns'];

export interface Recorder {
  /** Counts it, and keeps it while there is room. */
  readonly record: (sample: Sample) => void;
  readonly size: () => number;
  /** How many samples did not fit. */
  readonly dropped: () => number;
  readonly pack: () => PackedSamples;
}

/** Further pods or details share the last name: a server must not be able to fill our memory. */
const mostNames = 10_000;

/** Uses 48 bytes a sample, allocated as samples arrive. */
export function createRecorder(most = 2_000_000): Recorder {
  const columns = new Map(columnNames.map((name) => [name, growing(name === 'due' ? Float64Array : Int32Array)]));
  const [pods, details] = [nameTable(), nameTable()];
  let baseMs: number | undefined;
  let [size, dropped] = [0, 0];
  const keep = (sample: Sample) => {
    baseMs ??= sample.dueMs;
    const row = { ...rowOf(sample, baseMs), pod: pods.indexOf(sample.pod), detail: details.indexOf(sample.detail) };
    for (const [name, column] of columns) column.set(size, row[name]);
    size += 1;
  };
  const pack = (): PackedSamples => ({
    format: samplesFormat,
    baseMs: baseMs ?? 0,
    dropped,
    names: { lane: trafficKinds, outcome: outcomes, pod: pods.names, detail: details.names },
    columns: Object.fromEntries(Array.from(columns, ([name, column]) => [name, column.first(size)])) as Columns,
  });
  return {
    record: (sample) => {
      if (size < most) keep(sample);
      else dropped += 1;
    },
    size: () => size,
    dropped: () => dropped,
    pack,
  };
}

function rowOf(sample: Sample, baseMs: number): Omit<Record<ColumnName, number>, 'pod' | 'detail'> {
  return {
    due: micros(sample.dueMs - baseMs),
    late: micros(sample.sentMs - sample.dueMs),
    took: micros(sample.endMs - sample.dueMs),
    lane: trafficKinds.indexOf(sample.lane),
    reused: sample.connection === 'reused' ? 1 : 0,
    outcome: outcomes.indexOf(sample.outcome),
    status: sample.status ?? -1,
    retries: sample.retries ?? 0,
    request: sample.request ?? -1,
  };
}

function micros(ms: number): number {
  return Math.round(ms * 1000);
}

function growing(Kind: Float64ArrayConstructor | Int32ArrayConstructor) {
  let values = new Kind(1024);
  return {
    set: (at: number, value: number) => {
      if (at === values.length) {
        const larger = new Kind(2 * values.length);
        larger.set(values);
        values = larger;
      }
      values[at] = value;
    },
    first: (size: number): readonly number[] => Array.from(values.subarray(0, size)),
  };
}

function nameTable() {
  const names: string[] = [];
  const indexes = new Map<string, number>();
  const add = (name: string) => {
    if (names.length === mostNames) return mostNames - 1;
    indexes.set(name, names.push(name) - 1);
    return names.length - 1;
  };
  return { names, indexOf: (name?: string) => (name === undefined ? -1 : (indexes.get(name) ?? add(name))) };
}

/** The samples again, to the microsecond, in the order in which they were due. Throws when the value is not packed samples. */
export function unpack(value: unknown): readonly Sample[] {
  const packed = value as Partial<PackedSamples> | null;
  if (packed?.format !== samplesFormat) throw new Error(`these are not samples in the format ${samplesFormat}`);
  const { baseMs = 0, names, columns } = packed as PackedSamples;
  const samples = columns.due.map((_, i) => {
    const at = (name: ColumnName) => columns[name][i] ?? -1;
    const dueMs = baseMs + at('due') / 1000;
    const [status, detail, pod, retries] = [
      at('status'),
      names.detail[at('detail')],
      names.pod[at('pod')],
      at('retries'),
    ];
    return {
      lane: names.lane[at('lane')] as Traffic,
      dueMs,
      sentMs: dueMs + at('late') / 1000,
      endMs: dueMs + at('took') / 1000,
      connection: at('reused') === 1 ? ('reused' as const) : ('new' as const),
      outcome: names.outcome[at('outcome')] as RequestOutcome,
      ...(status >= 0 && { status }),
      ...(detail !== undefined && { detail }),
      ...(pod !== undefined && { pod }),
      ...(retries > 0 && { retries }),
      ...(at('request') >= 0 && { request: at('request') }),
    };
  });
  return samples.sort((a, b) => a.dueMs - b.dueMs);
}
