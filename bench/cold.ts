// The cold part: what a fresh process answers, one call every 50 ms over one kept connection, which is what most clusters have. The
// code of such a process is interpreted at first, and compiled call by call.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, cases, writeReview } from './cases.ts';
import { against, type Cell, table } from './markdown.ts';
import { pinned } from './pinning.ts';
import { type Bench, openBench, type ServerName, serverNames } from './processes.ts';
import { mean, median, quantile } from './statistics.ts';

const intervalMs = 50;
const calls = 220;
const phases = [
  { title: 'first', from: 0, to: 1 },
  { title: '2 to 20', from: 1, to: 20 },
  { title: '21 to 220', from: 20, to: calls },
];
const firstCallGoalMs = 10;

interface Life {
  readonly startMs: number;
  /** TLS; before the first call, and no part of its milliseconds. */
  readonly handshakeMs: number;
  readonly milliseconds: readonly number[];
  readonly cpuUs: readonly number[];
  readonly idleUs: number;
}

export async function cold(rounds: number): Promise<string> {
  const bench = await openBench();
  try {
    const [one] = cases as readonly [Case];
    const file = await writeReview(one, bench.folder);
    const lives = await liveInTurn(bench, file, rounds);
    return `${table(head, rowsOf(lives, one))}\n\n${table(otherHead, otherRows(lives))}`;
  } finally {
    await bench.close();
  }
}

const head = ['calls', 'server', 'CPU per call, µs', 'of parsing', 'p50, ms', 'p99, ms', 'slowest, ms'];

type Lives = Readonly<Record<(typeof serverNames)[number], readonly Life[]>>;

async function liveInTurn(bench: Bench, file: string, rounds: number): Promise<Lives> {
  const lives: { readonly [Name in keyof Lives]: Life[] } = { parsing: [], 'hand-written': [], hitless: [] };
  const warm = await bench.start('parsing');
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of serverNames) lives[name].push(await live(bench, name, [file, warm.port]));
    }
  } finally {
    await warm.stop();
  }
  return lives;
}

/** The caller warms up first, so that the server is called as soon as it listens. */
async function live(bench: Bench, name: ServerName, [file, warmPort]: readonly [string, number]): Promise<Life> {
  const args = ['bench/cold-client.ts', file, calls, intervalMs, warmPort].map(String);
  const command = pinned('caller', { file: process.execPath, args });
  const caller = spawn(command.file, command.args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(caller.stdout, 'data');
  const server = await bench.start(name);
  try {
    // A probe finds it ready; what is left of the start is no part of the first call.
    await sleep(300);
    caller.stdin.end(`${server.port} ${server.pid}`);
    return { ...((await json(caller.stdout)) as Omit<Life, 'startMs'>), startMs: server.startMs };
  } finally {
    await server.stop();
  }
}

function rowsOf(lives: Lives, { goals }: Case): readonly (readonly Cell[])[] {
  return phases.flatMap(({ title, from, to }) => {
    // The mean of a life, because some calls pay for the compiler; the median of the lives.
    const cpuOf = (name: keyof Lives) => median(lives[name].map(({ cpuUs }) => mean(cpuUs.slice(from, to))));
    return serverNames.map((name) => {
      const latencies = lives[name].flatMap(({ milliseconds }) => milliseconds.slice(from, to));
      const isHitless = name === 'hitless';
      const ratio = against(cpuOf(name) / cpuOf('parsing'), isHitless && to === calls ? goals.cold : undefined);
      const slowest = against(Math.max(...latencies), isHitless && from === 0 ? firstCallGoalMs : undefined);
      return [title, name, cpuOf(name), ratio, quantile(latencies, 0.5), quantile(latencies, 0.99), slowest];
    });
  });
}

const otherHead = ['server', 'listens after, ms', 'handshake, ms', `CPU of ${intervalMs} ms without a call, µs`];

function otherRows(lives: Lives): readonly (readonly Cell[])[] {
  return serverNames.map((name) => {
    const of = (field: 'startMs' | 'handshakeMs' | 'idleUs') => median(lives[name].map((life) => life[field]));
    return [name, of('startMs'), of('handshakeMs'), of('idleUs')];
  });
}
