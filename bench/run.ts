// `npm run bench`: this server against a bare node:https server, and one that only parses the body, alternating in one run. Each is
// a process of its own, called by autocannon in another. Then what the decision costs alone. Linux only: it reads /proc.
//
// The reviews are recorded ones (client-side `helm install` and `helm upgrade`) with env, probes, volumes and their managedFields
// added, until a review has the usual size; managedFields are half of each object. Usage: node bench/run.ts [ROUNDS] [SECONDS]

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { selfSigned } from '../src/certificates/self-signed.ts';
import { watchFolder } from '../src/cluster-state/folder.ts';
import { measureDecision, median } from './decision.ts';
import { type Running, startServers } from './servers.ts';

const [rounds = 5, seconds = 3] = process.argv.slice(2).map(Number);
const connections = 10;
const cases = [
  { title: 'CREATE, patched', file: 'bench/reviews/create.json', goal: 0.8 },
  { title: 'CREATE that complies, no patch', file: 'bench/reviews/create-complies.json', goal: 0.8 },
  { title: 'UPDATE of a new image, no patch', file: 'bench/reviews/update.json', goal: 0.65 },
];

interface Measure {
  readonly rate: number;
  readonly cpuUs: number;
  readonly p50: number;
  readonly p99: number;
  readonly rssMiB: number;
  readonly failed: number;
}

async function call(server: Running, file: string, duration: number): Promise<Measure> {
  const url = `https://127.0.0.1:${server.port}/mutate/enforce?timeout=10s`;
  const before = server.cpuSeconds();
  const args = ['bench/load.ts', url, file, String(duration), String(connections)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { answered, seconds: took, failed, p50, p99 } = JSON.parse(stdout) as Record<string, number>;
  const cpuUs = ((server.cpuSeconds() - before) * 1e6) / Number(answered);
  const rate = Number(answered) / Number(took);
  return { rate, cpuUs, p50: Number(p50), p99: Number(p99), rssMiB: server.rssMiB(), failed: Number(failed) };
}

function medians(measures: readonly Measure[]): Measure {
  const of = (key: keyof Measure) => median(measures.map((measure) => measure[key]));
  const failed = measures.reduce((sum, measure) => sum + measure.failed, 0);
  return { rate: of('rate'), cpuUs: of('cpuUs'), p50: of('p50'), p99: of('p99'), rssMiB: of('rssMiB'), failed };
}

function row(name: string, m: Measure): string {
  const cells = [
    m.rate.toFixed(0),
    m.cpuUs.toFixed(1),
    m.p50.toFixed(2),
    m.p99.toFixed(2),
    m.rssMiB.toFixed(0),
    m.failed,
  ];
  return `  ${name.padEnd(8)}${cells.map((cell) => String(cell).padStart(10)).join('')}`;
}

/** As an API server sends it: in one line. */
async function compact(file: string, folder: string): Promise<string> {
  const target = join(folder, basename(file));
  await writeFile(target, JSON.stringify(JSON.parse(await readFile(file, 'utf8'))));
  return target;
}

async function compare(servers: readonly Running[], { title, file, goal }: (typeof cases)[number]): Promise<void> {
  const measures = servers.map((): Measure[] => []);
  for (const server of servers) await call(server, file, 1); // warm
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, server] of servers.entries()) measures[index]?.push(await call(server, file, seconds));
  }
  const results = measures.map(medians);
  const [bare, parsing, hitless] = results as [Measure, Measure, Measure];
  console.log(`\n${title} (${(await readFile(file)).length} bytes)`);
  console.log('            requests/s  CPU µs/rq    p50 ms    p99 ms   RSS MiB    failed');
  for (const [index, { name }] of servers.entries()) console.log(row(name, results[index] as Measure));
  const rate = hitless.rate / bare.rate;
  const verdict = rate >= goal ? 'reached' : 'missed';
  const cpu = (hitless.cpuUs / bare.cpuUs).toFixed(2);
  console.log(`  rate of bare: ${rate.toFixed(2)} (goal ${goal}: ${verdict}), CPU ${cpu}`);
  console.log(
    `  rate of parsing: ${(hitless.rate / parsing.rate).toFixed(2)}, CPU ${(hitless.cpuUs / parsing.cpuUs).toFixed(2)}`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'hitless-bench-'));
const { cert, key } = await selfSigned(['127.0.0.1']);
await writeFile(join(folder, 'cert.pem'), cert);
await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
const servers = await startServers(folder);
console.log(
  `${rounds} rounds of ${seconds} s, ${connections} connections, Node ${process.version}, ${availableParallelism()} cores`,
);
try {
  for (const one of cases) await compare(servers, { ...one, file: await compact(one.file, folder) });
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
const state = await watchFolder('bench/objects-folder', () => undefined);
state.stop();
console.log('\nIn one process, µs:       JSON.parse   review to answer');
for (const { title, file } of cases) {
  const { parse, decide } = measureDecision(await compact(file, folder), state.current());
  console.log(`  ${title.padEnd(32)}${parse.toFixed(1).padStart(8)}${decide.toFixed(1).padStart(14)}`);
}
await rm(folder, { recursive: true });
