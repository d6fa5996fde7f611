// Where the time of a hot call goes: the CPU of a call as the kernel counts it, divided as a CPU profile of the same server divides it.

import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cases, writeReview } from './cases.ts';
import { cpuMicroseconds, mainThreadMicroseconds } from './cost.ts';
import { callFor, warm } from './hot.ts';
import { type Cell, table } from './markdown.ts';
import { type Bench, openBench, type ServerName } from './processes.ts';
import { purposeNames, sharesIn } from './profile.ts';

/** Microseconds of a call. */
interface Breakdown {
  readonly title: string;
  readonly byPurpose: ReadonlyMap<string, number>;
  readonly otherThreads: number;
  readonly total: number;
}

export async function breakdown(seconds: number): Promise<string> {
  const bench = await openBench();
  try {
    const columns: Breakdown[] = [];
    for (const one of cases) {
      const file = await writeReview(one, bench.folder);
      if (columns.length === 0) columns.push(await divided(bench, 'parsing', { title: 'parsing', file, seconds }));
      columns.push(await divided(bench, 'hitless', { title: one.title, file, seconds }));
    }
    return table(['µs of CPU per call', ...columns.map(({ title }) => title)], rowsOf(columns));
  } finally {
    await bench.close();
  }
}

function rowsOf(columns: readonly Breakdown[]): readonly (readonly Cell[])[] {
  const row = (name: string, of: (column: Breakdown) => number) => [name, ...columns.map(of)];
  return [
    ...purposeNames.map((purpose) => row(purpose, ({ byPurpose }) => byPurpose.get(purpose) ?? 0)),
    row('other threads: garbage collection, compiler', ({ otherThreads }) => otherThreads),
    row('all', ({ total }) => total),
  ];
}

interface Task {
  readonly title: string;
  readonly file: string;
  readonly seconds: number;
}

/** By one process as it is and one that is profiled, because the profiler costs time itself, in a thread of its own. */
async function divided(bench: Bench, name: ServerName, { title, file, seconds }: Task): Promise<Breakdown> {
  const { main, total } = await measured(bench, name, { file, seconds });
  const shares = await profiled(bench, name, { file, seconds });
  const byPurpose = new Map(Array.from(shares, ([purpose, share]) => [purpose, share * main]));
  return { title, byPurpose, otherThreads: total - main, total };
}

async function measured(bench: Bench, name: ServerName, { file, seconds }: Omit<Task, 'title'>) {
  const server = await bench.start(name);
  await warm(server, file);
  const [main, total] = [mainThreadMicroseconds(server.pid), cpuMicroseconds(server.pid)];
  const answered = await callFor(server, file, seconds);
  const spent = {
    main: (mainThreadMicroseconds(server.pid) - main) / answered,
    total: (cpuMicroseconds(server.pid) - total) / answered,
  };
  await server.stop();
  return spent;
}

async function profiled(bench: Bench, name: ServerName, { file, seconds }: Omit<Task, 'title'>) {
  const server = await bench.start(name, ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${bench.folder}`]);
  await warm(server, file);
  const from = now();
  await callFor(server, file, seconds);
  const to = now();
  await server.stop();
  return sharesIn(takeProfile(bench.folder), { from, to });
}

function now(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** The one that the server left behind. */
function takeProfile(folder: string): string {
  const name = readdirSync(folder).find((file) => file.endsWith('.cpuprofile'));
  if (name === undefined) throw new Error('the server wrote no CPU profile');
  const taken = join(folder, 'taken.json');
  renameSync(join(folder, name), taken);
  return taken;
}
