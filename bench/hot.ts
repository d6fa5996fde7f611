// The hot part: servers under full load, in rounds that take turns. What counts is the CPU of a call as a multiple of what the parsing
// server needs for it; rates follow from it, and depend on the caller as well.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Case, cases, writeReview } from './cases.ts';
import { cpuMicroseconds, residentMiB } from './cost.ts';
import { against, table } from './markdown.ts';
import { pinned } from './pinning.ts';
import { openBench, type Server, serverNames } from './processes.ts';
import { median } from './statistics.ts';

const connections = 10;
// By count: a busy machine would be measured before the code is compiled.
const warmCalls = 30_000;

export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

interface Measure {
  readonly rate: number;
  readonly cpuUs: number;
  readonly p50: number;
  readonly p99: number;
  readonly rssMiB: number;
  readonly failed: number;
}

export async function hot(effort: Effort): Promise<string> {
  const bench = await openBench();
  const servers: Server[] = [];
  try {
    for (const name of [...serverNames, 'undecided'] as const) servers.push(await bench.start(name));
    const rows = [];
    for (const one of cases) rows.push(...(await compare(servers, one, await writeReview(one, bench.folder), effort)));
    const head = ['review', 'server', 'CPU per call, µs', 'of parsing', 'calls/s', 'p50, ms', 'p99, ms', 'RSS, MiB'];
    return table(head, rows);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await bench.close();
  }
}

async function compare(servers: readonly Server[], one: Case, file: string, { rounds, seconds }: Effort) {
  const measures = servers.map((): Measure[] => []);
  for (const server of servers) await warm(server, file);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, server] of servers.entries()) measures[index]?.push(await load(server, file, seconds));
  }
  return measures.map((measured, index) => {
    const m = medians(measured);
    if (m.failed > 0) throw new Error(`${servers[index]?.name} failed ${m.failed} calls of ${one.title}`);
    // Of the same round: what else runs on the machine changes from one round to the next.
    const ratio = median(measured.map(({ cpuUs }, round) => cpuUs / (measures[0]?.[round]?.cpuUs ?? Number.NaN)));
    const name = servers[index]?.name ?? '';
    const goal = name === 'hitless' ? one.goals.hot : undefined;
    return [one.title, name, m.cpuUs, against(ratio, goal), m.rate, m.p50, m.p99, m.rssMiB];
  });
}

/** Until its code is compiled. */
export async function warm({ port }: Server, file: string): Promise<void> {
  await runLoad(port, file, `${warmCalls}calls`);
}

/** Gives how many calls were answered. */
export async function callFor({ port }: Server, file: string, seconds: number): Promise<number> {
  return (await runLoad(port, file, `${seconds}`)).answered;
}

async function load({ port, pid }: Server, file: string, seconds: number): Promise<Measure> {
  const before = cpuMicroseconds(pid);
  const { answered, seconds: took, failed, p50, p99 } = await runLoad(port, file, `${seconds}`);
  const cpuUs = (cpuMicroseconds(pid) - before) / answered;
  return { rate: answered / took, cpuUs, p50, p99, rssMiB: residentMiB(pid), failed };
}

type LoadResult = Readonly<Record<'answered' | 'seconds' | 'failed' | 'p50' | 'p99', number>>;

async function runLoad(port: number, file: string, effort: string): Promise<LoadResult> {
  const url = `https://127.0.0.1:${port}/mutate/enforce?timeout=10s`;
  const args = ['bench/load.ts', url, file, String(connections), effort];
  const command = pinned('caller', { file: process.execPath, args });
  const { stdout } = await promisify(execFile)(command.file, command.args);
  return JSON.parse(stdout) as LoadResult;
}

function medians(measures: readonly Measure[]): Measure {
  const of = (key: keyof Measure) => median(measures.map((measure) => measure[key]));
  const failed = measures.reduce((sum, measure) => sum + measure.failed, 0);
  return { rate: of('rate'), cpuUs: of('cpuUs'), p50: of('p50'), p99: of('p99'), rssMiB: of('rssMiB'), failed };
}
